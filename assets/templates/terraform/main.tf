# The function {{ function|comment }} as a Terraform configuration; made by bayplan for the plan
# {{ plan|comment }}.
#
#   {{ pack_command|comment }}
#   terraform init && terraform apply
#
# Layers, their order and all settings are the plan's: change it, and export again with --force. What every packing
# makes anew, digests and the folder on EFS, is read from manifest.json beside the artifacts.
#
# Terraform switches a function's layers before its code, so the old code has to fit beside the new layers.
# Whether it does, from what is kept of it as OLD:
#
#   {{ check_command|comment }} --from OLD
{% if efs %}
#
# What lies on EFS ({{ efs.size|comment }} in {{ efs.files|comment }}) is put there by put-on-efs.sh. The first time, make the
# access point that it needs with terraform apply -target=aws_efs_access_point.packages; then copy, then apply.
{% endif %}

terraform {
  required_version = ">= 1.3"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

provider "aws" {
  region = var.region
}

locals {
  artifacts = join("/", [path.module, {{ artifacts }}])
  manifest  = jsondecode(file("${local.artifacts}/manifest.json"))
  # The zips by their names, with their digests.
  zips = { for zip in local.manifest.artifacts : zip.file => zip }
}
{% for zip in zips if zip.s3 %}

resource "aws_s3_object" {{ zip.id }} {
  bucket = var.bucket
  # Named by its content, so that what older versions were made from stays.
  key         = "${var.function_name}/${local.zips[{{ zip.file }}].sha256}.zip"
  source      = join("/", [local.artifacts, {{ zip.file }}])
  source_hash = local.zips[{{ zip.file }}].sha256
}
{% endfor %}
{% for layer in layers if layer.zip %}

# {{ layer.zip.size|comment }}.
resource "aws_lambda_layer_version" {{ layer.id }} {
  layer_name = join("-", [var.function_name, {{ layer.name }}])
{% if layer.zip.s3 %}
  s3_bucket  = aws_s3_object.{{ layer.id|word }}.bucket
  s3_key     = aws_s3_object.{{ layer.id|word }}.key
{% else %}
  filename   = join("/", [local.artifacts, {{ layer.zip.file }}])
{% endif %}

  source_code_hash         = local.zips[{{ layer.zip.file }}].code_sha256
  compatible_runtimes      = [{{ runtime }}]
  compatible_architectures = [{{ architecture }}]
  # Older versions of the function go on using older versions of the layer.
  skip_destroy = true
}
{% endfor %}
{% if efs %}

# Function and writer come through it as the same user, so that what one writes the other can read.
resource "aws_efs_access_point" "packages" {
  file_system_id = var.file_system_id

  posix_user {
    uid = 1001
    gid = 1001
  }

  root_directory {
    path = "/${var.function_name}"

    creation_info {
      owner_uid   = 1001
      owner_gid   = 1001
      permissions = "755"
    }
  }
}
{% endif %}

# {{ code.size|comment }}.
resource "aws_lambda_function" "function" {
  function_name = var.function_name
  role          = var.role_arn
  handler       = {{ handler }}
  runtime       = {{ runtime }}
  architectures = [{{ architecture }}]
  memory_size   = var.memory_size
  timeout       = var.timeout
  publish       = true

{% if code.s3 %}
  s3_bucket        = aws_s3_object.Function.bucket
  s3_key           = aws_s3_object.Function.key
{% else %}
  filename         = join("/", [local.artifacts, {{ code.file }}])
{% endif %}
  source_code_hash = local.zips[{{ code.file }}].code_sha256
{% if layers %}

  # In this order; where two hold the same file, the last wins.
  layers = [
{% for layer in layers %}
{% if layer.zip %}
    aws_lambda_layer_version.{{ layer.id|word }}.arn,
{% elif layer.arn|length > 1 %}
    # {{ layer.name|comment }}, somebody else's
    join(var.region, {{ layer.arn|list_of }}),
{% else %}
    # {{ layer.name|comment }}, somebody else's
    {{ layer.arn[0] }},
{% endif %}
{% endfor %}
  ]
{% endif %}
{% if environment %}

  environment {
    variables = {
{% for variable in environment %}
      {{ variable.name|pad(name_width) }} = {% if variable.names_tree %}local.manifest.environment[{{ variable.name }}]{% else %}{{ variable.value }}{% endif %}

{% endfor %}
    }
  }
{% endif %}
{% if snapstart %}

  snap_start {
    apply_on = "PublishedVersions"
  }
{% endif %}
{% if efs %}

  vpc_config {
    subnet_ids         = var.subnet_ids
    security_group_ids = var.security_group_ids
  }

  file_system_config {
    arn              = aws_efs_access_point.packages.arn
    local_mount_path = {{ efs.mount }}
  }
{% endif %}

  lifecycle {
    precondition {
      condition     = local.manifest.plan_sha256 == {{ plan }}
      error_message = "The artifacts were packed from another plan than this configuration was made for; run bayplan export again."
    }
  }
}

# What callers use. It goes from one published version to the next in one step, and back.
resource "aws_lambda_alias" "stage" {
  name             = var.stage
  function_name    = aws_lambda_function.function.function_name
  function_version = aws_lambda_function.function.version
}

output "alias_arn" {
  value = aws_lambda_alias.stage.arn
}
{% if efs %}

# Through it put-on-efs.sh writes.
output "access_point_id" {
  value = aws_efs_access_point.packages.id
}
{% endif %}
