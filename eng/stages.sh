# shellcheck shell=bash
# Runs the stages of the gate: a header and a duration each, details only on failure, and one closing line that counts.

LOGS=$OUT/test-output
REPORTS=$LOGS/reports
STAGES_FAILED=0
STAGE_NUMBER=0
CLOSED=
FAILURES=()

begin_gate() {
  rm -rf "$LOGS"
  mkdir -p "$REPORTS"
  # The closing line comes whatever happens.
  trap close_gate EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
}

# stage TITLE COMMAND…: 0 when it went well. A failure is counted, told with the end of its output, and does not stop the gate.
stage() {
  local title=$1 log started took
  shift
  STAGE_NUMBER=$((STAGE_NUMBER + 1))
  log=$LOGS/$(printf '%02d' "$STAGE_NUMBER")-$(printf '%s' "$title" | tr -cs 'A-Za-z0-9' '-' | sed 's/-$//').log
  printf '== %s\n' "$title"
  started=$SECONDS
  # Colours are noise in a file.
  if (
    export NO_COLOR=1
    "$@"
  ) >"$log" 2>&1; then
    took=$((SECONDS - started))
    printf '   ok, %d s%s\n' "$took" "$(notes_of "$log")"
    return 0
  fi
  took=$((SECONDS - started))
  STAGES_FAILED=$((STAGES_FAILED + 1))
  printf '   FAILED after %d s%s; the end of %s:\n' "$took" "$(notes_of "$log")" "${log#"$ROOT"/}"
  grep -vE '^note: |^ +(✓|ok) ' "$log" | tail -n "${PARLEY_FAILURE_LINES:-60}" | sed 's/^/   | /'
  FAILURES+=("$title$(names_of_failed "$log")")
  return 1
}

# The first tests that a log calls failed: whoever reads only the end of a long run needs the names there.
names_of_failed() { grep -hE '\[FAIL\]|^ *(✘|×) ' "$1" | head -n 5 | sed -E 's/^ *(\[xUnit[^]]*\])? */; /' | tr -d '\n'; }

# A command's lines that begin with "note: " are shown behind its duration.
notes_of() { sed -n 's/^note: /; /p' "$1" | tr -d '\n'; }

skip() { printf '== %s\n   skipped: %s\n' "$1" "$2"; }

# tests TITLE KIND REPORT COMMAND…: a stage whose failures are counted one by one from its report. A crash without any counts as one.
tests() {
  local title=$1 kind=$2 report=$3
  shift 3
  rm -f "$report"
  stage "$title" counted "$kind" "$report" "$@" && return 0
  # The report counts the failed tests; the stage itself counts only where there is none.
  [ "$(failed_in "$kind" "$report")" = 0 ] || STAGES_FAILED=$((STAGES_FAILED - 1))
  return 1
}

counted() {
  local kind=$1 report=$2 status=0 counts
  shift 2
  "$@" || status=$?
  [ -f "$report" ] || {
    echo "There is no report: $report"
    return 1
  }
  counts=$(node "$ROOT/eng/count-tests.mjs" "$kind" "$report") || {
    echo "The report cannot be read: $report"
    return 1
  }
  echo "note: $counts"
  [ "$(failed_in "$kind" "$report")" = 0 ] || status=1
  return "$status"
}

failed_in() { node "$ROOT/eng/count-tests.mjs" --failed "$1" "$2" 2>/dev/null || echo 0; }

close_gate() {
  local status=$?
  [ -z "$CLOSED" ] || return 0
  CLOSED=yes
  trap - EXIT
  local passed=0 failed=0 counts
  counts=$(node "$ROOT/eng/count-tests.mjs" --sum "$REPORTS" 2>/dev/null) || counts='0 1'
  read -r passed failed <<<"$counts"
  failed=$((failed + STAGES_FAILED))
  [ "$status" = 0 ] || [ "$failed" -gt 0 ] || failed=1
  [ "${#FAILURES[@]}" = 0 ] || printf 'Failed: %s\n' "${FAILURES[@]}"
  printf '%d s in all\n%d passed, %d failed\n' "$SECONDS" "$passed" "$failed"
  [ "$failed" = 0 ] || exit 1
  exit 0
}
