// Preloaded into the Serverless Framework: its AWS SDK speaks to the server at AWS_ENDPOINT_URL.
const path = require("node:path");
const serverless = path.dirname(require.resolve("serverless/package.json", { paths: [process.env.NODE_PATH] }));
const AWS = require(require.resolve("aws-sdk", { paths: [serverless] }));
AWS.config.update({ endpoint: process.env.AWS_ENDPOINT_URL, s3ForcePathStyle: true });
