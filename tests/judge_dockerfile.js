// Reads Dockerfiles with a parser of its own and prints each one's orders as JSON, a line per file.
const { DockerfileParser } = require("dockerfile-ast");
const fs = require("node:fs");
for (const path of process.argv.slice(2)) {
  const orders = DockerfileParser.parse(fs.readFileSync(path, "utf8")).getInstructions();
  const read = orders.map((order) => [order.getKeyword(), order.getJSONStrings ? order.getJSONStrings().map((it) => it.getJSONValue()) : order.getArgumentsContent()]);
  console.log(JSON.stringify(read));
}
