#!/bin/sh
{% if complete %}
# Deploys the function {{ function|comment }} with the AWS CLI; made by bayplan for the plan
# {{ plan|comment }}.
#
#   {{ pack_command|comment }} && \
#       ROLE=arn:aws:iam::123456789012:role/ROLE sh deploy.sh
#
# It creates what is missing, and can be run again at any time: what is there already is left as it is.
{% else %}
# Updates a function of yours with the AWS CLI; made by bayplan for the plan
# {{ plan|comment }}.
#
#   FUNCTION_NAME=NAME sh bayplan-update.sh
#
# Function, role{% if efs %}, VPC, access point{% endif %} and alias are yours. It can be run again at any time.
{% endif %}
# It stops at the first step that fails. Whatever it is stopped at, the next run goes on from what is deployed.
#
{% if layers %}
# Layers, in this order; where two hold the same file, the last wins:
{% for layer in layers %}
#   {{ layer.name|comment }}{% if layer.zip %}: {{ layer.zip.size|comment }}{% else %}, somebody else's{% endif %}

{% endfor %}
{% endif %}
# The function's own code: {{ code.size|comment }}.
{% if efs %}
# On EFS: {{ efs.size|comment }} in {{ efs.files|comment }}, which put-on-efs.sh copies before anything else is changed.
{% endif %}
set -eu

# What only you know. Each of these can be given in the environment.
FUNCTION_NAME=${FUNCTION_NAME:-{{ function }}}
{% if complete %}
# The role that the function runs as: its ARN. Needed to create the function.
ROLE=${ROLE:-}
# The alias that callers use. It goes from one published version to the next in one step.
STAGE=${STAGE:-live}
# In MB, and in seconds.
MEMORY_SIZE=${MEMORY_SIZE:-1024}
TIMEOUT=${TIMEOUT:-30}
{% endif %}
# The bucket that zips are uploaded through{% if s3 %}{% else %}, for those of 50 MB and more{% endif %}; they are named by their content.
BUCKET=${BUCKET:-}
PREFIX=${PREFIX:-$FUNCTION_NAME}
{% if efs %}
# Where the function runs: identifiers with a comma between them. A function with a file system runs in its VPC.
SUBNET_IDS=${SUBNET_IDS:-}
SECURITY_GROUP_IDS=${SECURITY_GROUP_IDS:-}
{% if complete %}
# The EFS file system, with a mount target in each of these subnets.
FILE_SYSTEM_ID=${FILE_SYSTEM_ID:-}
{% endif %}
# The access point of the function and of put-on-efs.sh alike.
ACCESS_POINT_ARN=${ACCESS_POINT_ARN:-}
# Where this machine has mounted the file system through that access point; or "elsewhere", once put-on-efs.sh was run
# on a machine that has.
MOUNT=${MOUNT:-}
{% endif %}

HERE=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
ARTIFACTS=${ARTIFACTS:-"$HERE"/{{ artifacts }}}
PLAN={{ plan }}
HANDLER={{ handler }}
RUNTIME={{ runtime }}
ARCHITECTURE={{ architecture }}
# How zips get to Lambda: s3, or direct in the request, which takes less than 50 MB.
UPLOAD={{ upload }}
DIRECT_UPLOAD_MAX={{ direct_upload_max }}
# Function and layers together have to unzip to less.
LIMIT={{ limit }}
# What layers of others unzip to; empty if that is not known.
FOREIGN_BYTES={{ foreign_bytes }}

say() { printf '%s: %s\n' "$FUNCTION_NAME" "$1" >&2; }
fail() {
    say "stopped: $1"
    exit 1
}

command -v aws > /dev/null || fail "the AWS CLI (aws) is not installed"
manifest=$ARTIFACTS/manifest.json
[ -f "$manifest" ] || fail "$manifest is missing; run bayplan pack first, or name the folder with ARTIFACTS"
grep -q "^  \"plan_sha256\": \"$PLAN\"" "$manifest" ||
    fail "$manifest was packed from another plan than this script was made for; run bayplan export again"
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# The manifest is written by bayplan, one field a line, with the fields of a row indented by six spaces.
# rows LIST FIELD...: the fields of each row, with a tab between them.
rows() {
    list=$1
    shift
    awk -v list="$list" -v fields="$*" '
        BEGIN { count = split(fields, wanted, " ") }
        $0 ~ "^  \"" list "\": \\[" { if (/\[]/) exit; inside = 1; next }
        inside && /^  ]/ { exit }
        inside && /^      "/ {
            name = $1; gsub(/[":]/, "", name)
            value = $0; sub(/^ *"[^"]*": "?/, "", value); sub(/"?,?$/, "", value)
            row[name] = value
        }
        inside && /^    }/ {
            for (at = 1; at <= count; at++) printf "%s%s", row[wanted[at]], at < count ? "\t" : "\n"
            split("", row)
        }' "$manifest"
}

# of_zip FILE FIELD: one field of a zip.
of_zip() { rows artifacts file "$2" | awk -F '\t' -v file="$1" '$1 == file { print $2 }'; }

# The variables, which the manifest holds as the JSON that Lambda wants.
{
    printf '{"Variables": {\n'
    awk '/^  "environment": \{\}/ { exit }
         /^  "environment": \{/ { inside = 1; next }
         inside && /^  }/ { exit }
         inside { print }' "$manifest"
    printf '}}\n'
} > "$work/environment.json"

code_sha256=$(of_zip function.zip code_sha256)
code_bytes=$(of_zip function.zip unzipped_bytes)
layer_bytes=$(rows artifacts layer unzipped_bytes |
    awk -F '\t' -v foreign="${FOREIGN_BYTES:--1}" '
        $1 != "null" { sum += $2 }
        END { if (foreign < 0) print "unknown"; else printf "%d\n", sum + foreign }')

# through_s3 FILE: whether a zip goes through the bucket. Fails if it has to and there is none.
through_s3() {
    [ "$UPLOAD" = direct ] && [ "$(of_zip "$1" bytes)" -le "$DIRECT_UPLOAD_MAX" ] && return 1
    [ -n "$BUCKET" ] || fail "$1 is uploaded through S3; name a bucket with BUCKET"
}

# key FILE: uploads a zip unless it is there, and says under which name.
key() {
    key=$PREFIX/$(of_zip "$1" sha256).zip
    if ! aws s3api head-object --bucket "$BUCKET" --key "$key" > "$work/answer" 2>&1; then
        say "uploading $1 to s3://$BUCKET/$key"
        aws s3 cp --only-show-errors -- "$ARTIFACTS/$1" "s3://$BUCKET/$key" >&2 || fail "$1 could not be uploaded"
    fi
    printf '%s\n' "$key"
}

# layer_arn NAME FILE: publishes a layer unless its latest version is this zip already, and says its ARN.
layer_arn() {
    layer=$FUNCTION_NAME-$1
    wanted=$(of_zip "$2" code_sha256)
    latest=$(aws lambda list-layer-versions --layer-name "$layer" --no-paginate \
        --query 'max_by(LayerVersions, &Version).Version' --output text 2> "$work/error") || {
        grep -q ResourceNotFound "$work/error" || fail "the versions of $layer cannot be listed: $(cat "$work/error")"
        latest=None
    }
    if [ "$latest" != None ]; then
        found=$(aws lambda get-layer-version --layer-name "$layer" --version-number "$latest" \
            --query '[Content.CodeSha256, LayerVersionArn]' --output text) || fail "$layer:$latest cannot be looked at"
        if [ "${found%%[[:space:]]*}" = "$wanted" ]; then
            say "layer $layer:$latest is there"
            printf '%s\n' "${found##*[[:space:]]}"
            return
        fi
    fi
    say "publishing layer $layer"
    if through_s3 "$2"; then
        key=$(key "$2") || exit 1
        set -- --content "S3Bucket=$BUCKET,S3Key=$key"
    else
        set -- --zip-file "fileb://$ARTIFACTS/$2"
    fi
    published=$(aws lambda publish-layer-version --layer-name "$layer" "$@" --compatible-runtimes "$RUNTIME" \
        --compatible-architectures "$ARCHITECTURE" --query '[Content.CodeSha256, LayerVersionArn]' --output text) ||
        fail "layer $layer could not be published"
    [ "${published%%[[:space:]]*}" = "$wanted" ] || fail "what AWS holds as layer $layer is not what was packed"
    printf '%s\n' "${published##*[[:space:]]}"
}

# settled: waits until AWS has taken over the last change.
settled() {
    aws lambda wait function-updated-v2 --function-name "$FUNCTION_NAME" || fail "the last change was not taken over"
}

# of_function QUERY: something of the function that is deployed.
of_function() {
    aws lambda get-function-configuration --function-name "$FUNCTION_NAME" --query "$1" --output text
}

# configure LAYERS: everything but the code. LAYERS is a file with their ARNs as JSON.
configure() {
    aws lambda update-function-configuration --function-name "$FUNCTION_NAME" --runtime "$RUNTIME" \
        --handler "$HANDLER" --layers "file://$1" --environment "file://$work/environment.json" \
{% if complete %}
        --memory-size "$MEMORY_SIZE" --timeout "$TIMEOUT" \
{% if snapstart %}
        --snap-start ApplyOn=PublishedVersions \
{% endif %}
{% endif %}
{% if efs %}
        --vpc-config "SubnetIds=$SUBNET_IDS,SecurityGroupIds=$SECURITY_GROUP_IDS" \
        --file-system-configs "Arn=$ACCESS_POINT_ARN,LocalMountPath="{{ efs.mount }} \
{% endif %}
        --query LastUpdateStatus --output text >&2 || fail "the configuration was refused"
    settled
}

# detach: the function without layers. This always fits, but $LATEST does not run until the layers are back.
detach() {
    aws lambda update-function-configuration --function-name "$FUNCTION_NAME" --layers '[]' \
        --query LastUpdateStatus --output text >&2 || fail "the layers could not be detached"
    settled
}

update_code() {
    if through_s3 function.zip; then
        key=$(key function.zip) || exit 1
        set -- --s3-bucket "$BUCKET" --s3-key "$key"
    else
        set -- --zip-file "fileb://$ARTIFACTS/function.zip"
    fi
    aws lambda update-function-code --function-name "$FUNCTION_NAME" "$@" --architectures "$ARCHITECTURE" \
        --query LastUpdateStatus --output text >&2 || fail "the code was refused"
    settled
}

# fits BYTES BYTES: whether code and layers of these sizes can be deployed together.
fits() { [ "$(($1 + $2))" -lt "$LIMIT" ]; }

# Layers and code are switched by two calls, so for a while the code of one state has the layers of the other. The way
# is chosen so that AWS takes every step; callers of an alias meet none of them.
update() {
{% if complete %}
    deployed=$(of_function CodeSha256)
    arn=$(of_function FunctionArn)
    # What an earlier run of this script noted, if nobody else has changed the code since.
    noted=$(aws lambda list-tags --resource "$arn" --output text \
        --query 'Tags.["bayplan-code", "bayplan-code-bytes", "bayplan-layer-bytes"]') || noted=
    # shellcheck disable=SC2086 # Three words without spaces in them.
    set -- $noted
    old_code=unknown old_layers=unknown
    if [ "$#" -eq 3 ] && [ "$1" = "$deployed" ] && [ "$3" != None ]; then
        old_code=$2 old_layers=$3
    fi
{% else %}
    deployed=$(of_function CodeSha256) || fail "there is no function $FUNCTION_NAME; name yours with FUNCTION_NAME"
    # Nothing tells what the deployed zips unzip to.
    old_code=unknown old_layers=unknown
{% endif %}
    if [ "$deployed" = "$code_sha256" ] && [ "$(of_function 'Architectures[0]')" = "$ARCHITECTURE" ]; then
        say "the code is there; configuring"
        configure "$work/layers.json"
    elif [ "$(of_function 'Layers[0].Arn')" = None ] && [ "$(cat "$work/layers.json")" = '[]' ]; then
        say "no layers, before or after: code, then configuration"
        update_code
        configure "$work/layers.json"
    elif [ "$old_code" = unknown ] || [ "$old_layers" = unknown ] || [ "$layer_bytes" = unknown ]; then
        say "what is deployed is of unknown size: without layers first, then the new code, then the new layers"
        detach
        update_code
        configure "$work/layers.json"
    elif fits "$old_code" "$layer_bytes" &&
        { [ "$layer_bytes" -ge "$old_layers" ] || ! fits "$code_bytes" "$old_layers"; }; then
        say "the old code fits beside the new layers: layers first, then code"
        configure "$work/layers.json"
        update_code
    elif fits "$code_bytes" "$old_layers"; then
        say "the new code fits beside the old layers: code first, then layers"
        update_code
        configure "$work/layers.json"
    else
        say "neither code fits beside the other layers: without layers first, then the new code, then the new layers"
        detach
        update_code
        configure "$work/layers.json"
    fi
}

{% if complete %}
create() {
    [ -n "$ROLE" ] || fail "there is no function $FUNCTION_NAME yet; name the role that it is to run as with ROLE"
    if through_s3 function.zip; then
        key=$(key function.zip) || exit 1
        set -- --code "S3Bucket=$BUCKET,S3Key=$key"
    else
        set -- --zip-file "fileb://$ARTIFACTS/function.zip"
    fi
    aws lambda create-function --function-name "$FUNCTION_NAME" --role "$ROLE" --runtime "$RUNTIME" \
        --handler "$HANDLER" --architectures "$ARCHITECTURE" "$@" --layers "file://$work/layers.json" \
        --environment "file://$work/environment.json" --memory-size "$MEMORY_SIZE" --timeout "$TIMEOUT" \
{% if snapstart %}
        --snap-start ApplyOn=PublishedVersions \
{% endif %}
{% if efs %}
        --vpc-config "SubnetIds=$SUBNET_IDS,SecurityGroupIds=$SECURITY_GROUP_IDS" \
        --file-system-configs "Arn=$ACCESS_POINT_ARN,LocalMountPath="{{ efs.mount }} \
{% endif %}
        --query State --output text >&2 || fail "the function could not be created"
    aws lambda wait function-active-v2 --function-name "$FUNCTION_NAME" || fail "the function did not become active"
}

# note: what the next run has to know to choose its way.
note() {
    aws lambda tag-resource --resource "$(of_function FunctionArn)" --tags "{\"bayplan-code\": \"$code_sha256\",
        \"bayplan-code-bytes\": \"$code_bytes\", \"bayplan-layer-bytes\": \"$layer_bytes\"}" ||
        say "the function may not be tagged; the next run will not know what is deployed"
}

# publish: a version of what is deployed now, and the alias to it.
publish() {
    version=$(aws lambda publish-version --function-name "$FUNCTION_NAME" --code-sha256 "$code_sha256" \
        --query Version --output text) || fail "no version could be published"
    aws lambda wait published-version-active --function-name "$FUNCTION_NAME" --qualifier "$version" ||
        fail "version $version did not become active"
    if aws lambda get-alias --function-name "$FUNCTION_NAME" --name "$STAGE" > "$work/answer" 2>&1; then
        set -- update-alias
    else
        set -- create-alias
    fi
    aws lambda "$1" --function-name "$FUNCTION_NAME" --name "$STAGE" --function-version "$version" \
        --query AliasArn --output text || fail "the alias $STAGE could not be set to version $version"
}

{% endif %}
{% if efs %}
[ -n "$SUBNET_IDS" ] || fail "name the subnets with SUBNET_IDS: the plan puts packages on EFS"
[ -n "$SECURITY_GROUP_IDS" ] || fail "name the security groups with SECURITY_GROUP_IDS"
{% if complete %}
# Function and writer come through it as the same user, so that what one writes the other can read.
if [ -z "$ACCESS_POINT_ARN" ]; then
    [ -n "$FILE_SYSTEM_ID" ] || fail "name the file system with FILE_SYSTEM_ID, or its access point with ACCESS_POINT_ARN"
    ACCESS_POINT_ARN=$(aws efs describe-access-points --file-system-id "$FILE_SYSTEM_ID" --output text \
        --query "AccessPoints[?RootDirectory.Path=='/$FUNCTION_NAME'].AccessPointArn | [0]") ||
        fail "the access points of $FILE_SYSTEM_ID cannot be listed"
    if [ "$ACCESS_POINT_ARN" = None ]; then
        ACCESS_POINT_ARN=$(aws efs create-access-point --file-system-id "$FILE_SYSTEM_ID" \
            --client-token "$FUNCTION_NAME" --posix-user Uid=1001,Gid=1001 --root-directory \
            "Path=/$FUNCTION_NAME,CreationInfo={OwnerUid=1001,OwnerGid=1001,Permissions=755}" \
            --query AccessPointArn --output text) || fail "an access point could not be made"
    fi
    say "access point: $ACCESS_POINT_ARN"
fi
{% else %}
[ -n "$ACCESS_POINT_ARN" ] || fail "name the access point with ACCESS_POINT_ARN"
{% endif %}
case $MOUNT in
elsewhere) ;;
?*) ARTIFACTS=$ARTIFACTS sh "$HERE/put-on-efs.sh" "$MOUNT" || fail "the packages could not be put on EFS" ;;
*) fail "run put-on-efs.sh where the file system is mounted through that access point and say MOUNT=elsewhere, or mount it here and name the folder with MOUNT" ;;
esac

{% endif %}
rows layers name file arn > "$work/layers"
{
    separator='['
    [ -s "$work/layers" ] || printf '['
    while IFS='	' read -r name file arn; do
        if [ "$file" = null ]; then
            # Somebody else's; its Region may be left open.
            case $arn in
            *"\${region}"*)
                region=${AWS_REGION:-${AWS_DEFAULT_REGION:-$(aws configure get region)}}
                arn=${arn%%"\${region}"*}$region${arn#*"\${region}"}
                ;;
            esac
        else
            arn=$(layer_arn "$name" "$file" < /dev/null)
        fi
        printf '%s"%s"' "$separator" "$arn"
        separator=', '
    done < "$work/layers"
    printf ']\n'
} > "$work/layers.json"

{% if complete %}
if of_function State > "$work/answer" 2> "$work/error"; then
    update
elif grep -q ResourceNotFound "$work/error"; then
    say "creating the function"
    create
else
    fail "the function cannot be looked at: $(cat "$work/error")"
fi
{% else %}
update
{% endif %}
[ "$(of_function CodeSha256)" = "$code_sha256" ] || fail "what AWS holds as the function's code is not what was packed"
{% if complete %}
note
publish
{% endif %}
say "deployed"
