// For an app of yours: the function {{ function|comment }}, its layers and its settings as manifest.json beside the artifacts
// says them. Made by bayplan for the plan {{ plan|comment }};
// it stays true for every plan of this function that is packed into the same folder.
//
//   new BayplanFunction(this, "Function", { role{% if efs %}, subnetIds, securityGroupIds, accessPointArn{% endif %} });
{% if efs %}
//
// What lies on EFS is put there by put-on-efs.sh, before each deployment and through the same access point.
{% endif %}

import * as fs from "node:fs";
import * as path from "node:path";

import { Intrinsic, RemovalPolicy, Stack } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";

/** The part of manifest.json that deploying needs. */
interface Manifest {
  readonly function: string;
  readonly runtime: string;
  readonly architecture: string;
  readonly handler: string;
  readonly environment: Record<string, string>;
  readonly layers: ReadonlyArray<{ readonly name: string; readonly file: string | null; readonly arn: string | null }>;
  readonly efs: { readonly mount: string } | null;
}

/** What only you know. */
export interface BayplanFunctionProps extends Partial<Omit<lambda.FunctionProps, "code" | "handler" | "runtime">> {
  /** The folder that bayplan pack fills. */
  readonly artifacts?: string;
  readonly role?: iam.IRole;
  /** Where the function runs, if the plan puts packages on EFS. */
  readonly subnetIds?: string[];
  /** They let the function reach the mount targets on port 2049. */
  readonly securityGroupIds?: string[];
  /** Through it the function mounts the file system, and put-on-efs.sh writes. */
  readonly accessPointArn?: string;
}

/**
 * A value that means itself. CloudFormation takes a ${ outside of Fn::Sub as it is, but whoever checks the template asks
 * whether Fn::Sub was forgotten; joined, the value says that it was not.
 */
function literal(value: string): string {
  const parts = value.split("${");
  return parts.length === 1 ? value : new Intrinsic({ "Fn::Join": ["${", parts] }).toString();
}

export class BayplanFunction extends Construct {
  readonly function: lambda.Function;

  constructor(scope: Construct, id: string, props: BayplanFunctionProps) {
    super(scope, id);
    const { artifacts = path.join(__dirname, {{ artifacts }}), subnetIds, securityGroupIds, accessPointArn, ...own } = props;
    const manifest: Manifest = JSON.parse(fs.readFileSync(path.join(artifacts, "manifest.json"), "utf8"));
    const runtime = new lambda.Runtime(manifest.runtime, undefined{% if snapstart %}, { supportsSnapStart: true }{% endif %});
    const architecture = manifest.architecture === "arm64" ? lambda.Architecture.ARM_64 : lambda.Architecture.X86_64;

    // In this order; where two hold the same file, the last wins.
    const layers = manifest.layers.map(({ name, file, arn }) => {
      if (file === null) {
        const here = String(arn).replace("${region}", Stack.of(this).region);
        return lambda.LayerVersion.fromLayerVersionArn(this, `Layer-${name}`, here);
      }
      return new lambda.LayerVersion(this, `Layer-${name}`, {
        layerVersionName: `${manifest.function}-${name}`,
        code: lambda.Code.fromAsset(path.join(artifacts, file)),
        compatibleRuntimes: [runtime],
        compatibleArchitectures: [architecture],
        removalPolicy: RemovalPolicy.RETAIN,
      });
    });

    this.function = new lambda.Function(this, "Function", {
{% if snapstart %}
      snapStart: lambda.SnapStartConf.ON_PUBLISHED_VERSIONS,
{% endif %}
      ...own,
      code: lambda.Code.fromAsset(path.join(artifacts, "function.zip")),
      handler: manifest.handler,
      runtime,
      architecture,
      layers,
      environment: {
        ...own.environment,
        ...Object.fromEntries(Object.entries(manifest.environment).map(([name, value]) => [name, literal(value)])),
      },
    });
{% if snapstart %}
    // SnapStart acts on published versions alone.
    void this.function.currentVersion;
{% endif %}

    if (manifest.efs !== null) {
      if (subnetIds === undefined || securityGroupIds === undefined || accessPointArn === undefined) {
        throw new Error("the plan puts packages on EFS: give subnetIds, securityGroupIds and accessPointArn");
      }
      const resource = this.function.node.defaultChild as lambda.CfnFunction;
      resource.vpcConfig = { subnetIds, securityGroupIds };
      resource.fileSystemConfigs = [{ arn: accessPointArn, localMountPath: manifest.efs.mount }];
    }
  }
}
