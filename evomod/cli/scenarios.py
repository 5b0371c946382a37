"""Commands about scenario files, which run nothing."""

from __future__ import annotations

import json

from evomod.cli.parser import Commands, Options, add_json, add_scenario, load


def add_commands(commands: Commands) -> None:
    """`check`, `list` and `schema`."""
    check = commands.add("check", _check, "read a scenario and say what is wrong with it, without running")
    add_scenario(check)
    add_json(check, "print the resolved scenario, or the mistakes, as JSON")
    commands.add("list", _list, "what can stand in a scenario: families, members, fields and defaults")
    commands.add("schema", _schema, "JSON schema of scenario files, for editors")


def _check(options: Options) -> int:
    from evomod.errors import ScenarioError

    try:
        scenario = load(options)
    except ScenarioError as error:
        if not options.json:
            raise
        print(json.dumps({"valid": False, "mistakes": error.lines}, indent=2))
        return error.exit_code
    if options.json:
        print(json.dumps({"valid": True, "scenario": scenario.resolved()}, indent=2))
    else:
        problem = scenario.problem
        nodes = f"{len(problem.inputs)} inputs, {problem.n_outputs} output(s), {problem.encoding.n_loci} loci"
        print(f"{options.scenario}: fine ({scenario.name}-{scenario.digest()}; {nodes})")
    return 0


def _list(_options: Options) -> int:
    from evomod.scenario import reference

    print(reference())
    return 0


def _schema(_options: Options) -> int:
    from evomod.scenario import json_schema

    print(json.dumps(json_schema(), indent=2))
    return 0
