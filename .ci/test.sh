#!/bin/sh
# Style, types, tests, coverage: all are run, so that one run tells everything. pytest's summary is the last line.
# usage: sh .ci/test.sh [ARGUMENTS OF PYTEST]      with arguments only the tests chosen are run
set -u
cd "$(dirname "$0")/.."
python=.venv/bin/python
failed=""
step() { # name, command...
    name=$1
    shift
    echo "pullcord: $name"
    "$@" || failed="$failed $name"
}

run_pytest() { # the exit code goes through a file: a pipe in plain sh hides it
    { .venv/bin/python -m pytest "$@" || echo $? >build/pytest.exit; } 2>&1 | tee build/pytest.log
    code=$(cat build/pytest.exit 2>/dev/null || echo 0)
    if [ "$code" = 5 ]; then echo "pullcord: no test was chosen by $*"; fi
    return "$code"
}

# Most tests wait more than they work: one more at once than there are cores.
cores=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)

mkdir -p build
rm -f build/pytest.exit
if [ $# -gt 0 ]; then
    run_pytest "$@"
    exit
else
    step style "$python" -m ruff check .
    step types sh .ci/types.sh
    # One file stays in one process: its tests share a broker or a browser.
    step pytest run_pytest -n "${JOBS:-$((cores + 1))}" --dist loadfile -q
    step coverage "$python" .ci/coverage.py
fi
[ -z "$failed" ] || echo "pullcord: failed:$failed"
tail -n 1 build/pytest.log
[ -z "$failed" ]
