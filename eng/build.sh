# shellcheck shell=bash
# Builds the page and the program, each only when it is older than its sources.

UI_SOURCES=(ui/src ui/public ui/index.html ui/package.json ui/package-lock.json ui/vite.config.ts ui/svelte.config.js ui/tsconfig.json)
# The page is embedded in the program, so its sources are the program's too.
APP_SOURCES=(src Directory.Build.props Directory.Packages.props global.json eng/build.sh "${UI_SOURCES[@]}")

install_npm_packages() {
  has_ui || return 0
  local mark=$ROOT/ui/node_modules/.package-lock.json
  [ -f "$mark" ] && [ ! "$ROOT/ui/package-lock.json" -nt "$mark" ] && return 0
  need_node
  (cd "$ROOT/ui" && retry 3 npm ci --no-audit --no-fund --loglevel=error && touch node_modules/.package-lock.json)
}

build_page() {
  has_ui || return 0
  [ -f "$ROOT/ui/dist/index.html" ] && is_fresh "$OUT/ui.stamp" "${UI_SOURCES[@]}" && return 0
  need_node
  install_npm_packages && stamped "$OUT/ui.stamp" "${UI_SOURCES[@]}" -- run_vite_build
}

run_vite_build() { (cd "$ROOT/ui" && npm run --silent build); }

app_is_fresh() { [ -f "$APP/parley.dll" ] && is_fresh "$OUT/app.stamp" "${APP_SOURCES[@]}"; }

# For whoever only wants to use Parley: no analyzers, and its own intermediate files, so that the gate never takes them for checked ones.
publish_app() {
  rm -rf "$APP"
  (cd "$ROOT" && dotnet publish src/Parley.App -c Release -o "$APP" \
    -p:UseArtifactsOutput=true -p:ArtifactsPath="$OUT/build" -p:RestoreLockedMode=true \
    -p:SatelliteResourceLanguages=en -p:RunAnalyzers=false -p:TreatWarningsAsErrors=false -v quiet --nologo --nodeReuse:false)
}

# For the gate, which has built everything already.
publish_built_app() {
  rm -rf "$APP"
  (cd "$ROOT" && dotnet publish src/Parley.App -c Release -o "$APP" --no-build -p:SatelliteResourceLanguages=en -v quiet --nologo)
}

# ensure_app: what `./parley` needs, saying what takes long.
ensure_app() {
  app_is_fresh && return 0
  with_lock build ensure_app_locked
}

ensure_app_locked() {
  # Another start may have built it while we waited.
  app_is_fresh && return 0
  need_dotnet
  if has_ui; then
    need_node
    say "Parley is not built yet, or its sources have changed. This takes a minute or two, once."
    say "1/3 fetching what the page is built with (npm)"
    run_quietly npm install_npm_packages
    say "2/3 building the page"
    run_quietly page build_page
  else
    say "Parley is not built yet, or its sources have changed. This takes a minute, once. (There is no ui/ here: no page.)"
  fi
  say "3/3 building the program (.NET)"
  run_quietly program stamped "$OUT/app.stamp" "${APP_SOURCES[@]}" -- publish_app
}

# run_quietly NAME COMMAND…: its output goes to a file and is shown only when it fails.
run_quietly() {
  local log=$OUT/setup-$1.log
  shift
  NO_COLOR=1 "$@" >"$log" 2>&1 && return 0
  tail -n 40 "$log" >&2
  fail "That failed; the whole output is in $log."
}

# run_app ARGUMENT…: becomes the program. The working directory stays the caller's.
run_app() {
  # The program finds its runtime by itself only in the usual places.
  [ -n "${DOTNET_ROOT:-}" ] || DOTNET_ROOT=$(dirname "$(readlink -f "$(command -v dotnet)")")
  export DOTNET_ROOT
  if [ -x "$APP/parley" ]; then exec "$APP/parley" "$@"; fi
  exec dotnet "$APP/parley.dll" "$@"
}
