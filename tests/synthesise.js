// Synthesises the compiled CDK apps in the named folders, each into its cdk.out.
const path = require("node:path");
const context = {
  role: "arn:aws:iam::123456789012:role/bayplan",
  fileSystem: "fs-12345678",
  subnets: "subnet-12345678,subnet-87654321",
  securityGroups: "sg-12345678",
};
process.env.CDK_CONTEXT_JSON = JSON.stringify(context);
for (const folder of process.argv.slice(2)) {
  process.env.CDK_OUTDIR = path.join(folder, "cdk.out");
  require(path.join(folder, "app.js"));
}
