-- For Lmod. The folder with bin and share is four above this file's.
local prefix = myFileName():gsub("/share/modulefiles/hybrid/[^/]*$", "")
whatis("hybrid: computing on many processes at once, CPUs and GPUs")
prepend_path("PATH", pathJoin(prefix, "bin"))
prepend_path("MANPATH", pathJoin(prefix, "share/man"))
