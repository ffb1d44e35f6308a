#!/usr/bin/env bash
# Checks the packages of others that the product and its tests are built with. Needs node, npm and a restored solution.
#   deploy/parts.sh list [FOLDER]  writes lists of parts (CycloneDX, JSON) to FOLDER, artifacts/parts unless set
#   deploy/parts.sh licences       refuses a package of a lock file whose licence deploy/parts/allowed-licences.txt does not have
#   deploy/parts.sh advisories     refuses a package with a known vulnerability. A registry that serves no advisories is "not checked";
#                                  ZHICE_AUDIT_SOURCE names another NuGet source of advisories
# Exits 0 if all is well, 1 if something is refused, 2 for a wrong command, 77 if something is not checked.
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
not_checked=77
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The folders of npm's lock files.
npm_folders() { git ls-files '*package-lock.json' | xargs -n 1 dirname; }

list() {
  local folder=${1:-artifacts/parts} version code=0
  mkdir -p "$folder"
  folder=$(cd "$folder" && pwd)
  rm -f "$folder"/*.cdx.json
  version=$(sed -n 's|.*<Version>\(.*\)</Version>.*|\1|p' Directory.Build.props)
  dotnet tool restore >/dev/null
  cyclonedx() { # NAME PROJECT
    dotnet dotnet-CycloneDX "$2" --disable-package-restore --output "$folder" --filename "$1.cdx.json" --output-format Json \
      --set-name "$1" --set-version "$version" >"$work/log" || { cat "$work/log" >&2; return 1; }
  }
  cyclonedx all Zhice.Grains.sln # The tests too.
  cyclonedx silo silo/Zhice.Silo.csproj
  cyclonedx gateway client/Zhice.Gateway/Zhice.Gateway.csproj
  cyclonedx cli client/Zhice.Cli/Zhice.Cli.csproj
  if npm sbom --help >/dev/null 2>&1; then
    for npm in $(npm_folders); do
      # npm writes no list for a package without them.
      node -e 'const { name, version } = require(process.argv[1]); process.exit(name && version ? 0 : 1)' "$PWD/$npm/package.json" ||
        { echo "$npm/package.json has no name and version; add both, and run npm install --package-lock-only there." >&2; return 1; }
      (cd "$npm" && npm sbom --package-lock-only --sbom-format cyclonedx) >"$folder/npm-${npm//\//-}.cdx.json"
    done
  else
    echo "Parts of npm: not checked; npm $(npm --version) has no command 'sbom', npm 10 has it."
    code=$not_checked
  fi
  node deploy/parts/lists.mjs "$folder"
  return $code
}

licences() {
  dotnet tool restore >/dev/null
  node --test --test-reporter=dot deploy/parts/*.test.mjs >"$work/log" || { cat "$work/log" >&2; return 1; }
  node deploy/parts/licences.mjs "$(dotnet nuget locals global-packages --list | sed 's/^global-packages: //')"
}

advisories() {
  local code=0 source
  source=${ZHICE_AUDIT_SOURCE:-$(dotnet nuget list source --format short | sed -n '0,/^E /s/^E //p')}
  cat >"$work/audit.config" <<XML
<configuration>
  <packageSources><clear /><add key="source" value="$source" /></packageSources>
  <auditSources><clear /><add key="source" value="$source" /></auditSources>
</configuration>
XML
  dotnet list Zhice.Grains.sln package --vulnerable --include-transitive --no-restore --format json --config "$work/audit.config" \
    >"$work/nuget.json" || true
  node deploy/parts/advisories.mjs nuget "$work/nuget.json" NuGet || code=$?
  for npm in $(npm_folders); do
    (cd "$npm" && npm audit --package-lock-only --json) >"$work/npm.json" 2>/dev/null || true
    local result=0
    node deploy/parts/advisories.mjs npm "$work/npm.json" "npm, $npm" || result=$?
    [ "$result" -eq 0 ] || [ "$code" -eq 1 ] || code=$result
  done
  return $code
}

case ${1:-} in
  list) list "${2:-}" ;;
  licences) licences ;;
  advisories) advisories ;;
  *) echo "'${1:-}' is unknown: deploy/parts.sh list [FOLDER] | licences | advisories" >&2; exit 2 ;;
esac
