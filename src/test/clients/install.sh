# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# Installs missing clients. Debian allows only one mail system as a package: Exim is unpacked under target/clients and
# run from there, and Postfix is installed, without a configuration, only if there is no other mail system.

install_clients() {
    local packages=()
    export DEBIAN_FRONTEND=noninteractive
    mkdir -p "$extra"
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        command -v curl >/dev/null || packages+=(curl)
        command -v swaks >/dev/null || packages+=(swaks libauthen-sasl-perl)
        perl -MNet::SSLeay -e 1 2>/dev/null || packages+=(libnet-ssleay-perl)
        command -v msmtp >/dev/null || packages+=(msmtp)
        command -v python3 >/dev/null || packages+=(python3)
        /usr/bin/python3 -c 'import aiosmtplib' 2>/dev/null || packages+=(python3-aiosmtplib)
        command -v npm >/dev/null || packages+=(npm)
        if [ ! -x /usr/sbin/sendmail ]; then
            echo 'postfix postfix/main_mailer_type select No configuration' | debconf-set-selections
            packages+=(postfix libsasl2-modules)
        fi
        apt-get -qq update
        [ ${#packages[@]} = 0 ] || apt-get -qq -y install --no-install-recommends "${packages[@]}" >/dev/null
        install_exim
    else
        echo "not Debian or not root: only nodemailer is installed" >&2
    fi
    if command -v npm >/dev/null && [ ! -d "$extra/node_modules/nodemailer" ]; then
        npm install --silent --no-audit --no-fund --no-save --prefix "$extra" nodemailer@7
    fi
}

install_exim() {
    [ ! -x /usr/sbin/exim4 ] && [ ! -x "$extra/exim/usr/sbin/exim4" ] || return 0
    # The program needs its user as soon as it starts.
    id Debian-exim >/dev/null 2>&1 ||
        useradd --system --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin Debian-exim
    (
        mkdir -p "$extra/packages" && cd "$extra/packages" && rm -f exim4-daemon-light_*.deb &&
            apt-get -qq download exim4-daemon-light && dpkg -x exim4-daemon-light_*.deb "$extra/exim"
    )
}

install_clients
