// Deploys the stack in stack.ts; made by bayplan for the plan
// {{ plan|comment }}.
//
//   {{ pack_command|comment }}
//   npm install
//   npx cdk deploy -c role=arn:aws:iam::123456789012:role/ROLE{% if efs %} -c fileSystem=fs-... \
//       -c subnets=subnet-a,subnet-b -c securityGroups=sg-a{% endif %}


import { App, Duration } from "aws-cdk-lib";

import { FunctionStack } from "./stack";

const app = new App();

/** What is given with -c NAME=VALUE, or in cdk.json. */
function given(name: string, otherwise?: string): string {
  const value: unknown = app.node.tryGetContext(name) ?? otherwise;
  if (typeof value !== "string" || value === "") {
    throw new Error(`say what ${name} is: cdk deploy -c ${name}=...`);
  }
  return value;
}

new FunctionStack(app, given("stack", {{ service }}), {
  functionName: given("functionName", {{ function }}),
  stage: given("stage", "live"),
  roleArn: given("role"),
  memorySize: Number(given("memorySize", "1024")),
  timeout: Duration.seconds(Number(given("timeout", "30"))),
{% if efs %}
  fileSystemId: given("fileSystem"),
  subnetIds: given("subnets").split(","),
  securityGroupIds: given("securityGroups").split(","),
{% endif %}
  env: { account: process.env.CDK_DEFAULT_ACCOUNT, region: process.env.CDK_DEFAULT_REGION },
});
