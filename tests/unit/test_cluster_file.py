import pytest

from evomod.campaign.cluster_file import ClusterFile, started
from evomod.errors import ClusterError, ScenarioError


def read(tmp_path, text):
    path = tmp_path / "slurm.yaml"
    path.write_text(text)
    return ClusterFile.read(path)


WHOLE = "kind: slurm\nworkers: 4\noptions: {queue: short, cores: 2, memory: 4GB, walltime: '1:00:00'}\n"


def test_a_whole_file_is_read(tmp_path):
    file = read(tmp_path, WHOLE)
    assert (file.kind, file.workers, file.options["cores"]) == ("slurm", 4, 2)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            "kind: slrm\nworkers: 4\n",
            "1:7: kind: must be one of slurm, pbs, lsf, sge, oar, moab, htcondor (did you mean 'slurm'?)",
        ),
        ("kind: slurm\n", "1:1: workers: is missing"),
        ("kind: slurm\nworkers: 0\n", "2:10: workers: must be at least 1 [got 0]"),
        ("kind: slurm\nworkers: 1\noptons: {}\n", "3:1: optons: unknown key (did you mean 'options'?)"),
        (WHOLE.replace("queue", "quue"), "3:11: options.quue: unknown option of slurm (did you mean 'queue'?)"),
        (WHOLE.replace("queue", "host"), "3:11: options.host: unknown option of slurm; possible: account, "),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path, text, line):
    with pytest.raises(ScenarioError) as error:
        read(tmp_path, text)
    assert str(error.value).startswith(f"{tmp_path}/slurm.yaml:{line}")


def test_where_there_is_no_such_batch_system_its_command_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with (
        pytest.raises(ClusterError, match=r"^slurm: there is no `sbatch` here"),
        started(read(tmp_path, WHOLE), tmp_path),
    ):
        pass


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ("{}", "the options do not make a job: You must specify"),
        ("{cores: 1, memory: lots}", "the options do not make a job: .*lots"),
    ],
)
def test_options_that_make_no_job_are_a_sentence(tmp_path, monkeypatch, options, says):
    (tmp_path / "sbatch").touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    file = read(tmp_path, f"kind: slurm\nworkers: 1\noptions: {options}\n")
    with pytest.raises(ClusterError, match=f"^slurm: {says}"), started(file, tmp_path):
        pass
