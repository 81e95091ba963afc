# bash completion of finwait, written by `make docs` from src/cli/options.def
_finwait()
{
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}
	case $prev in
	--format) COMPREPLY=($(compgen -W 'text json jsonl' -- "$cur")); return ;;
	--flow) COMPREPLY=($(compgen -W '' -- "$cur")); return ;;
	--color) COMPREPLY=($(compgen -W 'auto always never' -- "$cur")); return ;;
	--fail-on) COMPREPLY=($(compgen -W 'info warning critical' -- "$cur")); return ;;
	--ignore) COMPREPLY=($(compgen -W 'connect-refused connect-unanswered connect-slow handshake-incomplete handshake-aborted handshake-reset backlog-overflow half-open syn-on-live-connection syn-ack-differs syn-ack-unacceptable simultaneous-open port-reuse fast-open-used fast-open-ignored fast-open-cookie fast-open-fallback syn-data flags-null flags-xmas flags-syn-fin flags-syn-rst flags-fin-rst flags-fin-alone flags-no-ack ack-without-flag urgent-without-flag reserved-bits options-malformed window-scale-above mss-small sack-not-permitted timestamps-not-offered window-scale-not-offered timestamps-stopped mss-clamped options-changed ecn-fallback ecn-reflected accecn-negotiated mptcp-negotiated mptcp-refused signed signature-missing close-wait-stuck syn-flood port-scan address-sweep backscatter service-stopped close-wait-leak port-exhaustion capture-losses capture-duplicates capture-offload capture-super-packets capture-snapped capture-one-sided capture-clock-back capture-midstream capture-point' -- "$cur")); return ;;
	--severity) COMPREPLY=($(compgen -W 'connect-refused= connect-unanswered= connect-slow= handshake-incomplete= handshake-aborted= handshake-reset= backlog-overflow= half-open= syn-on-live-connection= syn-ack-differs= syn-ack-unacceptable= simultaneous-open= port-reuse= fast-open-used= fast-open-ignored= fast-open-cookie= fast-open-fallback= syn-data= flags-null= flags-xmas= flags-syn-fin= flags-syn-rst= flags-fin-rst= flags-fin-alone= flags-no-ack= ack-without-flag= urgent-without-flag= reserved-bits= options-malformed= window-scale-above= mss-small= sack-not-permitted= timestamps-not-offered= window-scale-not-offered= timestamps-stopped= mss-clamped= options-changed= ecn-fallback= ecn-reflected= accecn-negotiated= mptcp-negotiated= mptcp-refused= signed= signature-missing= close-wait-stuck= syn-flood= port-scan= address-sweep= backscatter= service-stopped= close-wait-leak= port-exhaustion= capture-losses= capture-duplicates= capture-offload= capture-super-packets= capture-snapped= capture-one-sided= capture-clock-back= capture-midstream= capture-point=' -- "$cur")); return ;;
	--filter|-f) COMPREPLY=($(compgen -W '' -- "$cur")); return ;;
	--time-wait) COMPREPLY=($(compgen -W '' -- "$cur")); return ;;
	--close-wait-limit) COMPREPLY=($(compgen -W '' -- "$cur")); return ;;
	--connect-limit) COMPREPLY=($(compgen -W '' -- "$cur")); return ;;
	--syn-flood-limit) COMPREPLY=($(compgen -W '' -- "$cur")); return ;;
	--scan-limit) COMPREPLY=($(compgen -W '' -- "$cur")); return ;;
	--port-limit) COMPREPLY=($(compgen -W '' -- "$cur")); return ;;
	esac
	if [[ $cur == -* ]]; then
		COMPREPLY=($(compgen -W '--format --output --flow --all --all-segments --events --segments --numeric --color --fail-on --ignore --severity --filter --time-wait --key-vlan --close-wait-limit --connect-limit --syn-flood-limit --scan-limit --port-limit --help --version' -- "$cur"))
	elif [[ ${COMP_WORDS[1]} == explain && $COMP_CWORD -gt 1 ]]; then
		COMPREPLY=($(compgen -W 'connect-refused connect-unanswered connect-slow handshake-incomplete handshake-aborted handshake-reset backlog-overflow half-open syn-on-live-connection syn-ack-differs syn-ack-unacceptable simultaneous-open port-reuse fast-open-used fast-open-ignored fast-open-cookie fast-open-fallback syn-data flags-null flags-xmas flags-syn-fin flags-syn-rst flags-fin-rst flags-fin-alone flags-no-ack ack-without-flag urgent-without-flag reserved-bits options-malformed window-scale-above mss-small sack-not-permitted timestamps-not-offered window-scale-not-offered timestamps-stopped mss-clamped options-changed ecn-fallback ecn-reflected accecn-negotiated mptcp-negotiated mptcp-refused signed signature-missing close-wait-stuck syn-flood port-scan address-sweep backscatter service-stopped close-wait-leak port-exhaustion capture-losses capture-duplicates capture-offload capture-super-packets capture-snapped capture-one-sided capture-clock-back capture-midstream capture-point' -- "$cur"))
	else
		COMPREPLY=($(compgen -f -- "$cur"))
		[[ $COMP_CWORD -gt 1 ]] || COMPREPLY+=($(compgen -W explain -- "$cur"))
	fi
}
complete -o filenames -F _finwait finwait
