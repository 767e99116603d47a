#!/bin/sh
# An AWS that has nothing yet: it notes in $AWS_LOG what it is asked, and answers as the AWS CLI would.
printf '%s\n' "$*" >> "$AWS_LOG"
digest() { openssl dgst -sha256 -binary "$1" | openssl base64; }
case "$*" in
*get-function-configuration*State*)
    [ -f "$AWS_LOG.created" ] || {
        echo 'An error occurred (ResourceNotFoundException)' >&2
        exit 254
    }
    echo Active
    ;;
*list-layer-versions*) echo None ;;
*create-function*)
    : > "$AWS_LOG.created"
    echo Active
    ;;
*publish-layer-version*) printf '%s\tarn:aws:lambda:eu-west-1:123456789012:layer:x:1\n' "$(digest artifacts/layer-net.zip)" ;;
*get-function-configuration*CodeSha256*) digest artifacts/function.zip ;;
*head-object* | *get-alias*) exit 254 ;;
*FunctionArn*) echo arn:aws:lambda:eu-west-1:123456789012:function:x ;;
*publish-version*) echo 1 ;;
esac
