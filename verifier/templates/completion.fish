# fish completion of nabla

function __nabla_ids
    set -l word (commandline -ct)
    if string match -q '*::*' -- $word
        set -l file (string split -m 1 '::' -- $word)[1]
        for line in (nabla list $file 2>/dev/null)
            echo $file::(string replace -r '\s+' \t -- $line)
        end
    else
        nabla list 2>/dev/null | string replace -r '\s+' \t
    end
end

function __nabla_records
    test -n (commandline -ct)
    and __nabla_ids
    __fish_complete_suffix .yaml .yml
end

complete -c nabla -f
@lines@
