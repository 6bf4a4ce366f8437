import { useCallback, useEffect, useMemo, useReducer, useState } from "react";
import { chooseTheme, currentTheme } from "../shared/theme";
import { codesIn, type Drawing, decodeDrawing, keyOf, mixed } from "./core/drawing";
import { copyText, filmer, savePng } from "./core/give";
import { sizeOf, valueAt } from "./core/model";
import { firstScene, fromAddress, gridOf, likeThis, shown, type View } from "./core/scene";
import { firstState, isKept, nameOf, reduce } from "./core/state";
import type { Runtime } from "./engine/messages";
import type { Engine, Known } from "./engine/studio";
import { useAddress, useKeys, useMemory } from "./hooks";
import { remembered } from "./memory";
import { Actions } from "./parts/Actions";
import { Card, cardAddress } from "./parts/Card";
import { Controls } from "./parts/Controls";
import { useDragToMix } from "./parts/drag";
import { Help } from "./parts/Help";
import { MixBar, PLAYED } from "./parts/MixBar";
import { Panel } from "./parts/Panel";
import { Runs } from "./parts/Runs";
import { Sheet } from "./parts/Sheet";
import { STAGE_SIDE, Stage } from "./parts/Stage";
import { TopBar } from "./parts/TopBar";
import { ViewBar } from "./parts/ViewBar";
import { groupName, type Locale, useWords, valueName } from "./words";

const SHEET_SIDE = 256;
const FILM_S = 4.8; // there and back

export interface AppProps {
  engine: Engine;
  known: Known;
  runtime: Runtime | null; // null while the model is on its way
  part: number; // how much of it has come, 0 to 1
  locale: Locale;
  setLocale: (locale: Locale) => void;
}

const anySeed = () => crypto.getRandomValues(new Uint32Array(1))[0] as number;

/** The studio with a model opened. All that can change is in one reducer (core/state.ts). */
export function App({ engine, known, runtime, part, locale, setLocale }: AppProps) {
  const words = useWords();
  const { about, model } = known;
  const [state, dispatch] = useReducer(reduce, known, start);
  const [theme, setTheme] = useState(currentTheme);
  const [dialog, setDialog] = useState<"help" | "card" | null>(null);
  const [playing, setPlaying] = useState(false);
  const [toast, setToast] = useState("");
  const { scene } = state;
  const sizes = useMemo(() => about.labels.map(sizeOf), [about]);
  const middle = useMemo(() => shown(scene), [scene]);
  useAddress(model, about, scene, playing, dispatch);
  useMemory(model, sizes, state, dispatch);
  useEffect(() => {
    if (!scene.mix) setPlaying(false);
  }, [scene.mix]);
  useEffect(() => {
    if (toast === "") return;
    const timer = setTimeout(() => setToast(""), 4000);
    return () => clearTimeout(timer);
  }, [toast]);

  useDragToMix(
    useCallback(
      (dragged, target) => {
        const [partner, drawing] = [decodeDrawing(dragged, sizes), decodeDrawing(target, sizes)];
        if (!partner || !drawing) return;
        dispatch({ type: "mixWith", drawing, partner });
      },
      [sizes],
    ),
  );

  const anew = () => {
    const seed = anySeed();
    if (scene.view === "grid" || scene.view === "like") dispatch({ type: "sheet", seed });
    else dispatch({ type: "anew", about, seed });
  };
  const view = (next: View) => dispatch({ type: "view", view: next, seed: anySeed() });
  const open = (drawing: Drawing) => dispatch({ type: "show", drawing });
  const save = async (exact: boolean) => {
    const wanted = exact ? 0 : STAGE_SIDE;
    await engine.drawnAll("save", [middle], wanted); // at once, save for the moments before it was enlarged
    const drawn = engine.picture(middle, wanted);
    if (!drawn) return;
    const [rgba, side] = drawn.enlarged ? [drawn.enlarged, drawn.side] : [drawn.rgba, drawn.size];
    await savePng(rgba, `${model}-${nameOf(middle)}-${side}px.png`);
  };
  const share = async () => setToast((await copyText(location.href)) ? words.copied : words.copyFailed);
  const truncation = (by: number) => {
    const value = Math.round(Math.min(1.5, Math.max(0, scene.drawing.truncation + by)) * 100) / 100;
    dispatch({ type: "truncation", value, gesture: "truncation keys" });
  };
  const film = filmer();
  const record = async () => {
    const canvas = document.querySelector<HTMLCanvasElement>(".stage canvas");
    if (!film || !canvas || !scene.mix) return;
    setToast(words.recording);
    const { partner } = scene.mix;
    // Drawn beforehand, so that the film runs evenly however slow the machine is.
    const frames = PLAYED.map((shape) => mixed(scene.drawing, partner, shape, shape));
    await engine.drawnAll("film", frames, STAGE_SIDE);
    dispatch({ type: "mix", change: { shape: 0, looks: 0, together: true } });
    setPlaying(true);
    await film(canvas, FILM_S, `${model}-${nameOf(scene.drawing)}.webm`);
    setPlaying(false);
  };
  const focused = () => {
    const text = document.activeElement?.closest<HTMLElement>("[data-drawing]")?.dataset.drawing;
    return text ? decodeDrawing(text, sizes) : null;
  };
  const mixWithFocused = () => {
    const chosen = focused();
    const before = state.history.find((d) => keyOf(d) !== keyOf(middle));
    const partner = chosen && keyOf(chosen) !== keyOf(middle) ? chosen : before;
    if (partner) dispatch({ type: "mixWith", drawing: middle, partner });
  };
  const moveMix = (by: number) => {
    if (!scene.mix) return;
    const shape = Math.round(Math.min(1, Math.max(0, scene.mix.shape + by)) * 100) / 100;
    dispatch({ type: "mix", change: { shape }, gesture: "mix keys" });
  };
  const swapTheme = () => {
    const next = theme === "dark" ? "light" : "dark";
    chooseTheme(next);
    setTheme(next);
  };

  const commands = {
    anew,
    undo: () => dispatch({ type: "undo" }),
    redo: () => dispatch({ type: "redo" }),
    favourite: () => dispatch({ type: "favourite", drawing: focused() ?? middle }),
    saveLarge: () => save(false),
    saveExact: () => save(true),
    share,
    one: () => view("one"),
    grid: () => view("grid"),
    like: () => view("like"),
    kept: () => view("kept"),
    lockAll: () => dispatch({ type: "lockAll", about, on: true }),
    unlockAll: () => dispatch({ type: "lockAll", about, on: false }),
    noise: () => dispatch({ type: "noise", fixed: !scene.noiseFixed }),
    less: () => truncation(-0.05),
    more: () => truncation(0.05),
    mix: mixWithFocused,
    mixBack: () => moveMix(-0.05),
    mixOn: () => moveMix(0.05),
    play: () => scene.mix && setPlaying(!playing),
    confirm: () => scene.mix && dispatch({ type: "keepMix" }),
    leave: () => (scene.mix ? dispatch({ type: "leaveMix" }) : view("one")),
    theme: swapTheme,
    help: () => setDialog("help"),
  };
  useKeys(commands, () => dispatch({ type: "settle" }));

  const codes = codesIn(middle);
  const said = about.labels
    .flatMap((group, g) => {
      const value = valueAt(group, codes[g] ?? -1);
      return value === "" ? [] : [`${groupName(words, group.name)} ${valueName(words, value)}`];
    })
    .join(", ");
  const description = `${words.drawingNamed} ${nameOf(middle)}${said ? `: ${said}` : ""}`;
  const listed = known.models.find((one) => one.name === model);
  const kept = isKept(state, middle);
  const drawings =
    scene.view === "grid" ? gridOf(about, scene) : scene.view === "like" ? likeThis(scene) : state.kept;

  return (
    <div className="studio" data-view={scene.view}>
      <TopBar
        known={known}
        view={scene.view}
        setView={view}
        locale={locale}
        setLocale={setLocale}
        theme={theme}
        swapTheme={swapTheme}
        help={() => setDialog("help")}
      />
      <main>
        <section className="work" aria-label={words.views[scene.view]}>
          {scene.view === "one" ? (
            <>
              <Stage
                engine={engine}
                drawing={middle}
                description={description}
                model={model}
                part={runtime === null ? part : null}
              />
              {scene.mix && (
                <MixBar
                  engine={engine}
                  scene={scene}
                  mix={scene.mix}
                  labelled={codesIn(scene.drawing).join() !== codesIn(scene.mix.partner).join()}
                  playing={playing}
                  setPlaying={setPlaying}
                  record={film && record}
                  dispatch={dispatch}
                />
              )}
              <Actions
                state={state}
                kept={kept}
                anew={anew}
                dispatch={dispatch}
                like={() => view("like")}
                favourite={() => dispatch({ type: "favourite", drawing: middle })}
                save={save}
                share={share}
                resolution={about.resolution}
              />
            </>
          ) : (
            <>
              {scene.view !== "kept" && (
                <ViewBar
                  scene={scene}
                  state={state}
                  dispatch={dispatch}
                  anew={anew}
                  middle={middle}
                  engine={engine}
                  open={open}
                />
              )}
              {scene.view === "kept" && drawings.length === 0 ? (
                <p className="empty soft">{words.noKept}</p>
              ) : (
                <Sheet
                  key={scene.view}
                  engine={engine}
                  place="sheet"
                  label={words.views[scene.view]}
                  drawings={drawings}
                  side={SHEET_SIDE}
                  current={middle}
                  open={open}
                />
              )}
            </>
          )}
          <section className="history" aria-label={words.history}>
            <div className="panel-head">
              <h2>{words.history}</h2>
              {state.history.length > 0 && (
                <button
                  type="button"
                  className="button quiet small"
                  onClick={() => dispatch({ type: "forget" })}
                >
                  {words.forget}
                </button>
              )}
            </div>
            {state.history.length === 0 ? (
              <p className="soft">{words.noHistory}</p>
            ) : (
              <Sheet
                engine={engine}
                place="history"
                label={words.history}
                drawings={state.history}
                side={0}
                current={middle}
                strip
                open={open}
              />
            )}
            <p className="soft hint">{words.mixHint}</p>
          </section>
        </section>
        <Panel about={about} scene={scene} dispatch={dispatch}>
          <Controls about={about} scene={scene} shown={middle} dispatch={dispatch} />
        </Panel>
      </main>
      <footer className="soft">
        <span>
          {words.trainedOn}: {about.trained_on.name ?? words.unknown}
          {about.trained_on.rows !== undefined &&
            `, ${about.trained_on.rows.toLocaleString()} ${words.faces}`}
          .{" "}
          {listed && (
            <a
              href={cardAddress(listed)}
              onClick={(event) => {
                event.preventDefault();
                setDialog("card");
              }}
            >
              {words.card}
            </a>
          )}
        </span>
        <span>{runtime && <Runs engine={engine} runtime={runtime} />}</span>
      </footer>
      <p className="toast" role="status" data-on={toast !== "" || undefined}>
        {toast}
      </p>
      {dialog === "help" && <Help close={() => setDialog(null)} />}
      {dialog === "card" && listed && <Card about={about} listed={listed} close={() => setDialog(null)} />}
    </div>
  );
}

function start({ about, model }: Known) {
  const scene = fromAddress(location.hash, about, firstScene(about, anySeed()));
  const sizes = about.labels.map(sizeOf);
  return firstState(scene, remembered(model, "history", sizes), remembered(model, "kept", sizes));
}
