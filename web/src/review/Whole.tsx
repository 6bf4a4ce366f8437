/** The face large, beside the whole picture that it was cut from, with its box. The keys go on working. */

import { useEffect, useState } from "react";
import { useFace } from "./FaceCard";
import type { State } from "./state";
import type { Review } from "./store";

export function Whole({ review, state }: { review: Review; state: State }) {
  const face = review.faceAt(state.cursor);
  const known = useFace(face);
  const whole = useWhole(face, !review.isDrops);
  const box = known?.box_xyxy;
  return (
    <section className="whole" aria-label="This face, large">
      <figure>
        <img key={face} src={`/api/review/picture/${face}`} alt="The face" />
      </figure>
      {whole && whole !== "none" && (
        <figure className="whole-picture">
          <div className="framed">
            <img src={whole.url} alt="What the face was cut from" />
            {box && (
              <svg viewBox={`0 0 ${whole.width} ${whole.height}`} aria-hidden="true">
                <title>box</title>
                <rect
                  x={(box[0] ?? 0) * whole.scale}
                  y={(box[1] ?? 0) * whole.scale}
                  width={((box[2] ?? 0) - (box[0] ?? 0)) * whole.scale}
                  height={((box[3] ?? 0) - (box[1] ?? 0)) * whole.scale}
                />
              </svg>
            )}
          </div>
        </figure>
      )}
      {whole === null && !review.isDrops && <p className="soft">Looking for the whole picture…</p>}
      {whole === "none" && (
        <p className="soft">
          The whole picture is not there any more. If it lies elsewhere:{" "}
          <code>tachie review … --from FOLDER</code>
        </p>
      )}
      <button type="button" className="button small close" onClick={() => review.act({ do: "whole" })}>
        Close <kbd>O</kbd>
      </button>
    </section>
  );
}

interface Picture {
  url: string;
  width: number;
  height: number;
  scale: number;
}

function useWhole(face: number, ask: boolean): Picture | "none" | null {
  const [found, setFound] = useState<{ face: number; picture: Picture | "none" } | null>(null);
  useEffect(() => {
    if (!ask || face < 0) return;
    const ended = new AbortController();
    let url = "";
    const timer = setTimeout(async () => {
      try {
        const response = await fetch(`/api/review/whole/${face}`, { signal: ended.signal });
        if (!response.ok) return setFound({ face, picture: "none" });
        const blob = await response.blob();
        const size = await createImageBitmap(blob);
        url = URL.createObjectURL(blob);
        const scale = Number(response.headers.get("X-Scale") ?? 1);
        setFound({ face, picture: { url, width: size.width, height: size.height, scale } });
        size.close();
      } catch {
        // Moved on to another face.
      }
    }, 100);
    return () => {
      clearTimeout(timer);
      ended.abort();
      if (url) URL.revokeObjectURL(url);
    };
  }, [face, ask]);
  return found?.face === face ? found.picture : null;
}
