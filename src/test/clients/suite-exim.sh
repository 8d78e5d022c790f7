#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Sends one message with Exim for boxcar lab suite: suite-exim.sh PROGRAM DIR PORT FROM FILE TO...
# The first delivery happens at once; if it was deferred, the queue runs once more. Exit status 0: delivered.
set -uo pipefail
program=$1 dir=$2 port=$3 sender=$4 file=$5
shift 5
owner=$(id -u)
[ "$owner" != 0 ] || owner=$(id -u Debian-exim)
mkdir -p "$dir/spool" "$dir/log"
cat >"$dir/conf" <<END
exim_user = $owner
exim_group = $(id -g "$(id -nu "$owner")")
exim_path = $program
spool_directory = $dir/spool
log_file_path = $dir/log/%s
log_selector = +pipelining +smtp_confirmation
primary_hostname = exim.client.example
deliver_drop_privilege
keep_environment =
never_users =
untrusted_set_sender = *
local_from_check = false
bounce_return_message = false
ignore_bounce_errors_after = 0s
delay_warning =
begin routers
bounces:
  driver = redirect
  senders = :
  data = :blackhole:
all:
  driver = manualroute
  transport = sink
  route_list = * 127.0.0.1 byname
  self = send
begin transports
sink:
  driver = smtp
  port = $port
  allow_localhost
  hosts_avoid_tls = ${EXIM_AVOID_TLS-*}
  hosts_require_auth = ${EXIM_REQUIRE_AUTH-}
  tls_verify_certificates =
  command_timeout = 20s
  data_timeout = 20s
  final_timeout = 20s
begin retry
* * F,1h,1s
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  client_send = ^ann^secret
END
chown -R "$owner" "$dir/spool" "$dir/log"
chmod 755 "$dir"
chmod 644 "$dir/conf" # Exim refuses a configuration that others may change
rm -rf "$dir/spool/db" # what it learned about the host in earlier cases
log=$dir/log/main
seen=$(cat "$log" 2>/dev/null | wc -l)
timeout 60 "$program" -C "$dir/conf" -odf -oem -oi -f "$sender" -- "$@" <"$file" || exit
id=$(tail -n "+$((seen + 1))" "$log" | grep -F " <= $sender " | tail -n 1 | cut -d ' ' -f 3)
[ -n "$id" ] || { echo "exim did not accept the message"; exit 1; }
if ! grep -qF " $id Completed" "$log"; then
    timeout 60 "$program" -C "$dir/conf" -M "$id"
fi
grep -F " $id " "$log" | cut -d ' ' -f 4- | tail -n +2
completed=$(grep -cF " $id Completed" "$log")
[ "$completed" -gt 0 ] || "$program" -C "$dir/conf" -Mrm "$id" >/dev/null
[ "$completed" -gt 0 ] && grep -qF " $id => " "$log" && ! grep -qF " $id ** " "$log"
