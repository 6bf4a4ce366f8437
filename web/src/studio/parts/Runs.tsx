import { useSyncExternalStore } from "react";
import type { Runtime } from "../engine/messages";
import type { Engine } from "../engine/studio";
import { useWords } from "../words";

/** What draws, and how long it takes here. */
export function Runs({ engine, runtime }: { engine: Engine; runtime: Runtime }) {
  const words = useWords();
  const ms = useSyncExternalStore(engine.subscribe, engine.drawMs);
  return (
    <>
      {words.runsOn} {runtime === "webgpu" ? "WebGPU" : "WebAssembly"}
      {ms > 0 && `, ${ms} ${words.perDrawing}`}
    </>
  );
}
