# What only you know of the function {{ function|comment }}; made by bayplan for the plan
# {{ plan|comment }}.

variable "region" {
  type = string
}

variable "function_name" {
  type    = string
  default = {{ function }}
}

variable "stage" {
  description = "The alias that callers use."
  type        = string
  default     = "live"
}

variable "role_arn" {
  description = "The role that the function runs as.{% if efs %} It may mount (elasticfilesystem:ClientMount) but not write.{% endif %}"
  type        = string
}

variable "memory_size" {
  description = "In MB."
  type        = number
  default     = 1024
}

variable "timeout" {
  description = "In seconds."
  type        = number
  default     = 30
}
{% if s3 %}

variable "bucket" {
  description = "The bucket that zips are uploaded through."
  type        = string
}
{% endif %}
{% if efs %}

variable "file_system_id" {
  description = "The EFS file system, with a mount target in every subnet below."
  type        = string
}

variable "subnet_ids" {
  description = "Where the function runs; a function with a file system runs in its VPC."
  type        = list(string)
}

variable "security_group_ids" {
  description = "They let the function reach the mount targets on port 2049."
  type        = list(string)
}
{% endif %}
