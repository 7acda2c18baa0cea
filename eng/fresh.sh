# shellcheck shell=bash
# Tells in some milliseconds whether something was built from the sources as they are.
# A stamp holds the sum of the list of files and has the time at which the build began: a new, deleted or changed file shows.

# list_files PATH…: sources below the paths that exist; what builds write is not among them.
list_files() {
  local path
  local -a paths=()
  for path in "$@"; do
    [ -e "$ROOT/$path" ] && paths+=("$path")
  done
  [ ${#paths[@]} -gt 0 ] || return 0
  (cd "$ROOT" && find "${paths[@]}" \( -name bin -o -name obj -o -name node_modules -o -name dist \) -prune -o -type f -print)
}

sum_of_list() { list_files "$@" | LC_ALL=C sort | cksum; }

# is_fresh STAMP PATH…
is_fresh() {
  local stamp=$1 path
  local -a paths=()
  shift
  [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(sum_of_list "$@")" ] || return 1
  for path in "$@"; do
    [ -e "$ROOT/$path" ] && paths+=("$ROOT/$path")
  done
  [ ${#paths[@]} -gt 0 ] || return 0
  [ -z "$(find "${paths[@]}" \( -name bin -o -name obj -o -name node_modules -o -name dist \) -prune -o -type f -newer "$stamp" -print -quit)" ]
}

# stamped STAMP PATH… -- COMMAND…: runs the command, and stamps when it succeeds.
stamped() {
  local stamp=$1
  local -a paths=()
  shift
  while [ "$1" != -- ]; do
    paths+=("$1")
    shift
  done
  shift
  mkdir -p "$(dirname "$stamp")"
  rm -f "$stamp"
  sum_of_list "${paths[@]}" >"$stamp.new"
  "$@" || return 1
  mv "$stamp.new" "$stamp"
}
