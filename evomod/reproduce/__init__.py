"""Published results, each reproduced by one command, with the paper's number beside ours."""
