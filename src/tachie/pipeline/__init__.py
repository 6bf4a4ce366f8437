"""From places to a finished dataset: `build` lists shards, runs them through the stages on Dask, and finishes."""

from tachie.pipeline.build import Build, BuildProgress, BuildResult, build

__all__ = ["Build", "BuildProgress", "BuildResult", "build"]
