#!/bin/sh
# Builds .venv-peers (InVEST) and .venv-peers-network (pandana, networkit, access): the programs Trama is measured
# against, in environments of their own. Trama never imports them; benchmarks/ runs them as subprocesses.
#
#   scripts/bench_peers.sh            # both: about ten minutes on two cores, only the first time
#   scripts/bench_peers.sh network    # those of walking access alone: wheels, a minute
#
# InVEST has no wheel on PyPI: it is compiled from its source release against the system's libgdal, with the
# Python binding of GDAL of exactly the same version.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
venv=${TRAMA_PEERS_VENV:-$root/.venv-peers}
network=${TRAMA_PEERS_NETWORK_VENV:-$root/.venv-peers-network}
python=${PYTHON:-python3}
pinned=$root/requirements/peers.in
model=natcap.invest.urban_flood_risk_mitigation

if ! "$network/bin/python" -c "import pandana, networkit, access" 2>/dev/null; then
    echo "Installo i confronti della rete pedonale in $network..." >&2
    test -x "$network/bin/python" || "$python" -m venv "$network"
    "$network/bin/pip" --disable-pip-version-check --quiet install --only-binary :all: \
        -r "$root/requirements/peers-network.in"
fi
if [ "${1:-}" = network ]; then
    echo "$network è pronto." >&2
    exit 0
fi

if "$venv/bin/python" -c "import $model" 2>/dev/null; then
    echo "$venv è già pronto." >&2
    exit 0
fi

if ! command -v gdal-config >/dev/null || ! command -v g++ >/dev/null; then
    if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
        apt-get update -qq
        DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends libgdal-dev gdal-bin g++
    else
        echo "Mancano gli header di GDAL o il compilatore C++, che servono a costruire InVEST." >&2
        echo "Su Debian: sudo apt-get install libgdal-dev gdal-bin g++; poi ripetere." >&2
        exit 2
    fi
fi
gdal=$(gdal-config --version)
echo "Costruisco InVEST contro GDAL $gdal in $venv..." >&2

test -x "$venv/bin/python" || "$python" -m venv "$venv"
pip="$venv/bin/pip --disable-pip-version-check --quiet"
PATH="$(cd "$venv" && pwd)/bin:$PATH" # InVEST's build calls pybabel by name
export PATH
# What builds GDAL 3.6's own binding: a setuptools that still has what its setup.py imports, and numpy already there.
$pip install "setuptools==69.5.1" wheel "numpy==2.*"
$pip install --no-build-isolation --no-binary gdal "gdal==$gdal"
python -c 'from osgeo import gdal_array' || {
    echo "La libreria GDAL per Python si è costruita senza numpy: cancellare $venv e ripetere." >&2
    exit 1
}
# What builds pygeoprocessing and InVEST: a setuptools that reads today's licence field; each needs the one before.
$pip install "setuptools==80.9.0" "setuptools_scm>=8" "cython==3.1.*" babel
grep -v '^#' "$pinned" | while read -r peer; do
    $pip install --no-build-isolation "$peer"
done
"$venv/bin/python" -c "import $model" 2>/dev/null
echo "Pronto." >&2
