"""Commands about scenario files, which run nothing."""

from __future__ import annotations

import json

from evomod.cli.parser import Commands, Options, add_json, add_scenario, load, number


def add_commands(commands: Commands) -> None:
    """`check`, `goals`, `list` and `schema`."""
    check = commands.add("check", _check, "read a scenario and say what is wrong with it, without running")
    add_scenario(check)
    add_json(check, "print the resolved scenario, or the mistakes, as JSON")
    goals = commands.add("goals", _goals, "what the goals are, how far apart, what they share, which is in force when")
    add_scenario(goals)
    goals.add_argument("--epochs", type=number, default=8, metavar="N", help="epochs to show (default: 8)")
    goals.add_argument("--seed", metavar="N", help="seed of random goals and schedules")
    add_json(goals)
    commands.add("list", _list, "what can stand in a scenario: families, members, fields and defaults")
    schema = commands.add("schema", _schema, "JSON schema of scenario files, for editors")
    schema.add_argument("--campaign", action="store_true", help="of campaign files instead")


def _check(options: Options) -> int:
    from evomod.errors import ScenarioError
    from evomod.genotypes.weighted_net import BYTES

    try:
        scenario = load(options)
        if scenario.initial.files:
            from evomod.runner import pinned

            pinned(scenario)  # what it is to begin from must be there
    except ScenarioError as error:
        if not options.json:
            raise
        print(json.dumps({"valid": False, "mistakes": error.lines}, indent=2))
        return error.exit_code
    if options.json:
        print(json.dumps({"valid": True, "scenario": scenario.resolved()}, indent=2))
    else:
        problem = scenario.problem
        n_loci = problem.encoding.n_loci
        genes = f"{n_loci // BYTES} weights and biases" if problem.encoding.continuous else f"{n_loci} loci"
        nodes = f"{len(problem.inputs)} inputs, {problem.n_outputs} output(s), {genes}"
        print(f"{options.scenario}: fine ({scenario.name}-{scenario.digest()}; {nodes})")
    return 0


def _goals(options: Options) -> int:
    scenario = load(options)
    from evomod.report.goal_table import as_text, tabulate

    table = tabulate(scenario.problem, scenario.seed or 0, options.epochs)
    print(json.dumps(table, indent=2) if options.json else as_text(table))
    return 0


def _list(_options: Options) -> int:
    from evomod.reference import reference

    print(reference())
    return 0


def _schema(options: Options) -> int:
    if options.campaign:
        from evomod.campaign.file import json_schema
    else:
        from evomod.scenario import json_schema

    print(json.dumps(json_schema(), indent=2))
    return 0
