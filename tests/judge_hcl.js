// Reads files of HCL; fails at the first that is none.
const { parse } = require("@cdktf/hcl2json");
const fs = require("node:fs");
(async () => {
  for (const file of process.argv.slice(2)) await parse(file, fs.readFileSync(file, "utf8"));
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
