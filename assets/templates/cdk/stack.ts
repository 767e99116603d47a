// The function {{ function|comment }} as a stack of the AWS CDK; made by bayplan for the plan
// {{ plan|comment }}.
//
// Layers, their order and all settings are the plan's: change it, and export again with --force. What every packing
// makes anew, such as the folder on EFS, is read from manifest.json beside the artifacts. The CDK uploads the zips
// through its own bucket, whatever their size.
//
// CloudFormation switches a function's layers before its code, so the old code has to fit beside the new layers.
// Whether it does, from what is kept of it as OLD:
//
//   {{ check_command|comment }} --from OLD
{% if efs %}
//
// What lies on EFS ({{ efs.size|comment }} in {{ efs.files|comment }}) is no part of the stack: put-on-efs.sh copies it. The first
// deployment makes the access point that this needs; from then on copy first and deploy after it.
{% endif %}

import * as fs from "node:fs";
import * as path from "node:path";

import { CfnOutput, Duration,{% if joins %} Intrinsic,{% endif %} RemovalPolicy, Stack, StackProps } from "aws-cdk-lib";
{% if efs %}
import * as efs from "aws-cdk-lib/aws-efs";
{% endif %}
import * as iam from "aws-cdk-lib/aws-iam";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";

/** What only you know. */
export interface Settings extends StackProps {
  readonly functionName: string;
  /** The alias that callers use. It goes from one published version to the next in one step. */
  readonly stage: string;
  /** The role that the function runs as.{% if efs %} It may mount (elasticfilesystem:ClientMount) but not write.{% endif %} */
  readonly roleArn: string;
  /** In MB. */
  readonly memorySize: number;
  readonly timeout: Duration;
{% if efs %}
  /** The EFS file system, with a mount target in every subnet below. */
  readonly fileSystemId: string;
  /** Where the function runs; a function with a file system runs in its VPC. */
  readonly subnetIds: string[];
  /** They let the function reach the mount targets on port 2049. */
  readonly securityGroupIds: string[];
{% endif %}
}

const ARTIFACTS = path.join(__dirname, {{ artifacts }});
const MANIFEST = JSON.parse(fs.readFileSync(path.join(ARTIFACTS, "manifest.json"), "utf8"));
const PLAN = {{ plan }};

{% if joins %}
/**
 * A value that means itself. CloudFormation takes a ${ outside of Fn::Sub as it is, but whoever checks the template asks
 * whether Fn::Sub was forgotten; joined, the value says that it was not.
 */
function literal(value: string): string {
  const parts = value.split("${");
  return parts.length === 1 ? value : new Intrinsic({ "Fn::Join": ["${", parts] }).toString();
}

{% endif %}
export class FunctionStack extends Stack {
  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id, settings);
    if (MANIFEST.plan_sha256 !== PLAN) {
      throw new Error("the artifacts were packed from another plan than this stack was made for; run bayplan export again");
    }

    const runtime = new lambda.Runtime({{ runtime }}, undefined{% if snapstart %}, { supportsSnapStart: true }{% endif %});
    const architecture = lambda.Architecture.{% if architecture == "arm64" %}ARM_64{% else %}X86_64{% endif %};
{% for layer in layers %}

{% if layer.zip %}
    // {{ layer.zip.size|comment }}.
    const {{ layer.id|word }} = new lambda.LayerVersion(this, {{ layer.id }}, {
      layerVersionName: settings.functionName + {{ "-" ~ layer.name }},
      code: lambda.Code.fromAsset(path.join(ARTIFACTS, {{ layer.zip.file }})),
      compatibleRuntimes: [runtime],
      compatibleArchitectures: [architecture],
      // Older versions of the function go on using older versions of the layer.
      removalPolicy: RemovalPolicy.RETAIN,
    });
{% else %}
    // {{ layer.name|comment }}, somebody else's.
    const {{ layer.id|word }} = lambda.LayerVersion.fromLayerVersionArn(
      this,
      {{ layer.id }},
      {{ layer.arn|list_of }}.join(this.region),
    );
{% endif %}
{% endfor %}

    // {{ code.size|comment }}.
    const code = new lambda.Function(this, "Function", {
      functionName: settings.functionName,
      code: lambda.Code.fromAsset(path.join(ARTIFACTS, {{ code.file }})),
      handler: {{ handler }},
      runtime,
      architecture,
      memorySize: settings.memorySize,
      timeout: settings.timeout,
      role: iam.Role.fromRoleArn(this, "Role", settings.roleArn, { mutable: false }),
{% if snapstart %}
      snapStart: lambda.SnapStartConf.ON_PUBLISHED_VERSIONS,
{% endif %}
{% if layers %}
      // In this order; where two hold the same file, the last wins.
      layers: [{% for layer in layers %}{{ layer.id|word }}{% if not loop.last %}, {% endif %}{% endfor %}],
{% endif %}
{% if environment %}
      environment: {
{% for variable in environment %}
        {{ variable.name }}: {% if variable.parts|length > 1 %}literal({% endif %}{% if variable.names_tree %}MANIFEST.environment[{{ variable.name }}]{% else %}{{ variable.value }}{% endif %}{% if variable.parts|length > 1 %}){% endif %},
{% endfor %}
      },
{% endif %}
    });
{% if efs %}

    // Function and writer come through it as the same user, so that what one writes the other can read.
    const accessPoint = new efs.CfnAccessPoint(this, "AccessPoint", {
      fileSystemId: settings.fileSystemId,
      posixUser: { uid: "1001", gid: "1001" },
      rootDirectory: {
        path: `/${settings.functionName}`,
        creationInfo: { ownerUid: "1001", ownerGid: "1001", permissions: "755" },
      },
    });
    // Set below the construct, which would also let the role write.
    const resource = code.node.defaultChild as lambda.CfnFunction;
    resource.vpcConfig = { subnetIds: settings.subnetIds, securityGroupIds: settings.securityGroupIds };
    resource.fileSystemConfigs = [{ arn: accessPoint.attrArn, localMountPath: {{ efs.mount }} }];
    new CfnOutput(this, "AccessPointId", { value: accessPoint.ref });
{% endif %}

    const alias = new lambda.Alias(this, "Alias", { aliasName: settings.stage, version: code.currentVersion });
    new CfnOutput(this, "AliasArn", { value: alias.functionArn });
  }
}
