# Written by jotasu whenever its shell begins: your own settings, then completion for kubectl where you have none.
if [ -r ~/.bashrc ]; then . ~/.bashrc; fi
if command -v kubectl >/dev/null 2>&1 && ! complete -p kubectl >/dev/null 2>&1; then
    # At the first Tab: kubectl takes a while to say its completion.
    _jotasu_kubectl() {
        complete -r kubectl
        if ! declare -F _get_comp_words_by_ref >/dev/null; then
            for _jotasu_file in /usr/share/bash-completion /usr/local/share/bash-completion /opt/homebrew/etc/profile.d; do
                if [ -r "$_jotasu_file/bash_completion" ]; then . "$_jotasu_file/bash_completion"; break; fi
            done
            unset _jotasu_file
        fi
        if declare -F _get_comp_words_by_ref >/dev/null; then eval "$(kubectl completion bash 2>/dev/null)"; fi
        return 124
    }
    complete -F _jotasu_kubectl kubectl
fi
