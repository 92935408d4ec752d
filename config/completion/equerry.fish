# Completion of the command equerry for fish; scripts/install puts it into /usr/share/fish/vendor_completions.d.
function __equerry_complete
    env _EQUERRY_COMPLETE=complete_fish _TYPER_COMPLETE_FISH_ACTION=$argv[1] _TYPER_COMPLETE_ARGS=(commandline -cp | string collect) equerry 2>/dev/null
end
complete --command equerry --no-files --arguments "(__equerry_complete get-args)" --condition "__equerry_complete is-args"
