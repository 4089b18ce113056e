#!/usr/bin/env bash
# Put this before terraform on the path of whoever applies: what changes infrastructure runs for an admitted commit alone.
#   WEIGHBRIDGE_ENVIRONMENT=production admitted-terraform.sh -chdir=infrastructure apply
# Values from -var, -var-file and TF_VAR_* are none of the commit's: give none that decide what is built.
set -euo pipefail

terraform=${TERRAFORM:-terraform}
folder=.
command=
for argument in "$@"; do
  case $argument in
    -chdir=*) folder=${argument#-chdir=} ;;
    -*) [ -n "$command" ] || command=$argument ;;
    *) [ -n "$command" ] && [[ $command != -* ]] || command=$argument ;;
  esac
done

stop() {
  printf 'admitted-terraform: %s\n' "$1" >&2
  exit 1
}

case $command in
  '' | -h | -help | --help | -v | -version | --version | fmt | get | graph | init | metadata | output | plan | providers | \
    show | validate | version)
    exec "$terraform" "$@"
    ;;
  apply | destroy) ;;
  *) stop "$command changes what is there without a commit that says so: use apply" ;;
esac

is_after=
for argument in "$@"; do
  if [ -n "$is_after" ] && [[ $argument != -* ]]; then
    stop "$argument may be a saved plan of another commit: apply the sources, and write options as -option=value"
  fi
  [ "$argument" = "$command" ] && is_after=yes
done
environment=${WEIGHBRIDGE_ENVIRONMENT:-}
[ -n "$environment" ] || stop "say with WEIGHBRIDGE_ENVIRONMENT where it is to go"
top=$(git -C "$folder" rev-parse --show-toplevel) || stop "$folder is in no repository, so nobody decided what is in it"
changed=$(git -C "$top" status --porcelain)
[ -z "$changed" ] || stop "files were changed that no commit holds, so nobody decided them: $(head -n 1 <<<"$changed")"
hidden=$(git -C "$top" ls-files --others --ignored --exclude-standard -- \
  '*.tf' '*.tf.json' '*.tfvars' '*.tfvars.json' '*.tofu' ':(exclude,glob)**/.terraform/**')
[ -z "$hidden" ] || stop "git ignores a file that terraform reads: $(head -n 1 <<<"$hidden")"

weighbridge admit -C "$top" --environment "$environment" --commit HEAD \
  ${WEIGHBRIDGE_AFTER:+--after "$WEIGHBRIDGE_AFTER"} ${WEIGHBRIDGE_RECORD:+--record}
exec "$terraform" "$@"
