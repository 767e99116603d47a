# For a configuration of yours: the function {{ function|comment }}, its layers and its settings as manifest.json beside the
# artifacts says them. Made by bayplan for the plan {{ plan|comment }};
# it stays true for every plan of this function that is packed into the same folder.
{% if efs %}
#
# What lies on EFS is put there by put-on-efs.sh, before each apply and through the same access point.
{% endif %}

variable "bayplan_artifacts" {
  description = "The folder that bayplan pack fills."
  type        = string
  default     = {{ artifacts }}
}

variable "bayplan_region" {
  type = string
}

variable "bayplan_role_arn" {
  type = string
}

variable "bayplan_bucket" {
  description = "The bucket that zips are uploaded through{% if not s3 %}; null: they are sent in the request, which takes less than 50 MB{% endif %}."
  type        = string
{% if not s3 %}
  default     = null
{% endif %}
}

variable "bayplan_vpc" {
  description = "Where the function runs and what it mounts, if the plan puts packages on EFS."
  type = object({
    subnet_ids         = list(string)
    security_group_ids = list(string)
    access_point_arn   = string
  })
{% if not efs %}
  default = null
{% endif %}
}

locals {
  bayplan_folder = "${path.module}/${var.bayplan_artifacts}"
  bayplan        = jsondecode(file("${local.bayplan_folder}/manifest.json"))
  bayplan_zips   = { for zip in local.bayplan.artifacts : zip.file => zip }
  # Those of our own, and of others, by their names in the plan.
  bayplan_layers = merge(
    { for name, layer in aws_lambda_layer_version.bayplan : name => layer.arn },
    { for layer in local.bayplan.layers : layer.name => replace(layer.arn, "$${region}", var.bayplan_region) if layer.arn != null },
  )
}

resource "aws_s3_object" "bayplan" {
  for_each = var.bayplan_bucket == null ? {} : local.bayplan_zips

  bucket      = var.bayplan_bucket
  key         = "${local.bayplan.function}/${each.value.sha256}.zip"
  source      = "${local.bayplan_folder}/${each.key}"
  source_hash = each.value.sha256
}

resource "aws_lambda_layer_version" "bayplan" {
  for_each = { for zip in local.bayplan.artifacts : zip.layer => zip if zip.layer != null }

  layer_name               = "${local.bayplan.function}-${each.key}"
  filename                 = var.bayplan_bucket == null ? "${local.bayplan_folder}/${each.value.file}" : null
  s3_bucket                = var.bayplan_bucket
  s3_key                   = var.bayplan_bucket == null ? null : aws_s3_object.bayplan[each.value.file].key
  source_code_hash         = each.value.code_sha256
  compatible_runtimes      = [local.bayplan.runtime]
  compatible_architectures = [local.bayplan.architecture]
  skip_destroy             = true
}

resource "aws_lambda_function" "bayplan" {
  function_name    = local.bayplan.function
  role             = var.bayplan_role_arn
  handler          = local.bayplan.handler
  runtime          = local.bayplan.runtime
  architectures    = [local.bayplan.architecture]
  publish          = true
  filename         = var.bayplan_bucket == null ? "${local.bayplan_folder}/function.zip" : null
  s3_bucket        = var.bayplan_bucket
  s3_key           = var.bayplan_bucket == null ? null : aws_s3_object.bayplan["function.zip"].key
  source_code_hash = local.bayplan_zips["function.zip"].code_sha256

  # In this order; where two hold the same file, the last wins.
  layers = [for layer in local.bayplan.layers : local.bayplan_layers[layer.name]]

  dynamic "environment" {
    for_each = length(local.bayplan.environment) == 0 ? [] : [local.bayplan.environment]

    content {
      variables = environment.value
    }
  }
{% if snapstart %}

  snap_start {
    apply_on = "PublishedVersions"
  }
{% endif %}

  dynamic "vpc_config" {
    for_each = var.bayplan_vpc == null ? [] : [var.bayplan_vpc]

    content {
      subnet_ids         = vpc_config.value.subnet_ids
      security_group_ids = vpc_config.value.security_group_ids
    }
  }

  dynamic "file_system_config" {
    for_each = local.bayplan.efs == null ? [] : [local.bayplan.efs]

    content {
      arn              = var.bayplan_vpc.access_point_arn
      local_mount_path = file_system_config.value.mount
    }
  }
}
