"""Collecting frames of episodes: read.py reads one video, repeats.py finds what several show, collection.py is the job.

DIR/videos/SHA256.jsonl      one video, done: a line on the video, then one line a frame that was kept
DIR/videos/SHA256.npz        its timeline of tiny pictures, for finding what episodes share
DIR/files/ab/cd/SHA256.png   the frames
DIR/repeats.json             which stretches of which episodes show the same
DIR/items.jsonl              one line a frame, the result; `tachie build DIR` reads it
"""

from tachie.collect.video.collection import Collected, VideoJob, collect_videos
from tachie.collect.video.repeats import Span, Timeline, find_repeats

__all__ = ["Collected", "Span", "Timeline", "VideoJob", "collect_videos", "find_repeats"]
