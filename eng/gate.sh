# shellcheck shell=bash
# The gate: everything that must hold before a change lands. `full` adds the real sockets of whole programs, and the browsers.

# Timed and long tests carry this trait and run in `./dev soak`.
SOAK='Category=Soak'
NOT_SOAK='Category!=Soak'

run_gate() {
  local kind=$1
  begin_gate
  stage 'Tools and Debian packages' set_up "$kind" || return 1
  if has_ui; then
    stage 'npm packages' install_npm_packages || return 1
  fi
  stage 'Restore (.NET, locked)' restore || return 1
  stage 'Format' check_format || true
  check_scripts

  local built=yes
  if has_ui; then
    stage 'Page: build' build_page || built=
  fi
  stage 'Build (.NET, Release, warnings are errors)' build_all || built=
  if [ -n "$built" ]; then
    generated_files
    stage 'Program in out/app' stamped "$OUT/app.stamp" "${APP_SOURCES[@]}" -- publish_built_app || built=
  fi
  page_checks
  if [ -n "$built" ]; then
    dotnet_tests "$kind"
    budgets
    [ "$kind" != full ] || browser_tests
  else
    skip 'Tests of the program' 'it does not build'
  fi
}

set_up() {
  need_dotnet
  need_node
  [ "$1" != full ] || install_test_packages
}

restore() { (cd "$ROOT" && retry 3 dotnet restore Parley.slnx --locked-mode -v quiet --nologo); }

# Whitespace only: the style rules are analyzers and run in the build.
check_format() {
  (cd "$ROOT" && dotnet format whitespace . --folder --verify-no-changes --exclude ui out node_modules -v quiet)
}

check_scripts() {
  if have shellcheck; then
    stage 'Scripts (shellcheck)' shellcheck -x "$ROOT"/parley "$ROOT"/dev "$ROOT"/.ci/run "$ROOT"/eng/*.sh || true
  fi
}

build_all() { (cd "$ROOT" && dotnet build Parley.slnx -c Release --no-restore -v quiet --nologo -clp:NoSummary); }

generated_files() {
  if grep -qs 'generate-typescript' "$ROOT/tools/Parley.Tools/Program.cs"; then
    stage 'Generated files are fresh' run_tools generate-typescript --check ui/src/protocol/messages.g.ts || true
  else
    skip 'Generated files are fresh' 'the generator is not there yet'
  fi
}

run_tools() { (cd "$ROOT" && dotnet "$(built_dll tools Parley.Tools)" "$@"); }

built_dll() { printf '%s/%s/%s/bin/Release/net10.0/%s.dll' "$ROOT" "$1" "$2" "$2"; }

page_checks() {
  if ! has_ui; then
    skip 'Page: types, imports and tests' 'there is no ui/ yet'
    return
  fi
  has_npm_script check && { stage 'Page: types' npm_run check || true; }
  has_npm_script lint && { stage 'Page: direction of imports' npm_run lint || true; }
  tests 'Page: unit tests' vitest "$REPORTS/page.vitest" run_vitest || true
}

has_npm_script() { (cd "$ROOT/ui" && node -e "process.exit(require('./package.json').scripts?.['$1'] ? 0 : 1)"); }

npm_run() { (cd "$ROOT/ui" && npm run --silent "$@"); }

run_vitest() { (cd "$ROOT/ui" && npx --no-install vitest run --reporter=default --reporter=json --outputFile.json="$REPORTS/page.vitest"); }

dotnet_tests() {
  local kind=$1 project name
  for project in "$ROOT"/tests/*/*.csproj; do
    name=$(basename "$project" .csproj)
    # Whole programs and their processes: not in the fast part.
    [ "$kind" = full ] || [ "$name" != Parley.EndToEnd ] || continue
    tests "$name" trx "$REPORTS/$name.trx" run_test_project "$name" "$NOT_SOAK" || true
  done
}

# run_test_project NAME FILTER: on the built assembly, so that no build tool starts again.
run_test_project() {
  local name=$1 filter=$2
  timeout --kill-after=10 600 dotnet test "$(built_dll tests "$name")" --filter "$filter" \
    --logger "trx;LogFileName=$REPORTS/$name.trx" --results-directory "$REPORTS" \
    --blame-hang-timeout 3m --blame-hang-dump-type none
}

budgets() {
  if [ -f "$ROOT/bench/budgets.json" ]; then
    stage 'Allocation budgets' dotnet "$(built_dll bench Parley.Benchmarks)" --check "$ROOT/bench/budgets.json" || true
  else
    skip 'Allocation budgets' 'there is no bench/budgets.json yet; those in the unit tests have run'
  fi
}

browser_tests() {
  if [ ! -f "$ROOT/ui/playwright.config.ts" ]; then
    skip 'Browsers' 'there is no ui/playwright.config.ts yet'
    return
  fi
  tests 'Browsers (Playwright, real Chromium)' playwright "$REPORTS/browsers.playwright" run_playwright || true
}

run_playwright() {
  PARLEY_CHROMIUM=$(browser) || {
    echo 'There is no Chromium or Chrome here.'
    return 1
  }
  export PARLEY_CHROMIUM PARLEY_APP=$APP/parley PARLEY_TEST_OUTPUT=$LOGS/browsers
  [ -n "${DOTNET_ROOT:-}" ] || DOTNET_ROOT=$(dirname "$(readlink -f "$(command -v dotnet)")")
  export DOTNET_ROOT
  (cd "$ROOT/ui" && PLAYWRIGHT_JSON_OUTPUT_NAME=$REPORTS/browsers.playwright npx --no-install playwright test --reporter=list,json "$@")
}

run_soak() {
  begin_gate
  stage 'Tools and Debian packages' set_up full || return 1
  stage 'npm packages' install_npm_packages || return 1
  stage 'Page: build' build_page || return 1
  stage 'Restore (.NET, locked)' restore || return 1
  stage 'Build (.NET, Release, warnings are errors)' build_all || return 1
  stage 'Program in out/app' stamped "$OUT/app.stamp" "${APP_SOURCES[@]}" -- publish_built_app || return 1
  local project name
  for project in "$ROOT"/tests/*/*.csproj; do
    name=$(basename "$project" .csproj)
    grep -rqs 'Trait("Category", "Soak")' "$(dirname "$project")" --include='*.cs' || continue
    tests "$name (long)" trx "$REPORTS/$name.trx" run_test_project "$name" "$SOAK" || true
  done
}
