# bash completion of finwait, written by `make docs` from src/cli/options.def
_finwait()
{
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}
	case $prev in
	--format) COMPREPLY=($(compgen -W 'text json jsonl' -- "$cur")); return ;;
	--flow) COMPREPLY=($(compgen -W '' -- "$cur")); return ;;
	--color) COMPREPLY=($(compgen -W 'auto always never' -- "$cur")); return ;;
	--filter|-f) COMPREPLY=($(compgen -W '' -- "$cur")); return ;;
	--time-wait) COMPREPLY=($(compgen -W '' -- "$cur")); return ;;
	esac
	if [[ $cur == -* ]]; then
		COMPREPLY=($(compgen -W '--format --output --flow --all --all-segments --events --segments --numeric --color --filter --time-wait --key-vlan --help --version' -- "$cur"))
	else
		COMPREPLY=($(compgen -f -- "$cur"))
	fi
}
complete -o filenames -F _finwait finwait
