import {type ComponentType, lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState} from 'react';
import type {Experiment} from '../../core/experiment.ts';
import type {Landscape} from '../../core/protocol.ts';
import {useBasin} from '../../state/basin.ts';
import type {Probe} from '../../state/types.ts';
import type {Ink} from '../palette.ts';
import {LandscapePicture, type Walker} from './LandscapePicture.tsx';
import {equalAspect} from './frame.ts';
import {floorOf} from './reading.ts';
import type {ReliefProps} from './relief/ReliefView.tsx';
import type {Capture} from './relief/useDrawing.ts';
import {type PictureKind, ScaleBar} from './ScaleBar.tsx';
import {NO_MINIMA, type Shown} from './shown.ts';
import {surfaceOf} from './surface.ts';

interface Props {
  readonly landscape: Landscape;
  readonly experiment: Experiment;
  readonly walkers: readonly Walker[];
  readonly probe: Probe | null;
  /** What a press on the map does, where it does not look at the network there. */
  readonly onPick?: ((a: number, b: number) => void) | undefined;
  readonly ink: Ink;
}

const NOT_LOADED = "The code for three dimensions did not arrive, so the landscape stays a map. Load the page again to try once more.";

/** Stands in where the chunk can't be loaded; sends the reader back to the map. */
function Missing({onUnavailable}: ReliefProps) {
  useEffect(() => onUnavailable(NOT_LOADED), [onUnavailable]);
  return null;
}

const ReliefView = lazy(async (): Promise<{default: ComponentType<ReliefProps>}> => {
  try {
    return await import('./relief/ReliefView.tsx');
  } catch {
    return {default: Missing};
  }
});

/** The landscape as a map or, on demand, in three dimensions; one scale for both. */
export function LandscapeView({landscape, experiment, walkers, probe, onPick, ink}: Props) {
  const layout = useBasin((state) => state.data?.surface);
  const minima = layout?.minima ?? NO_MINIMA;
  const {view, title, certificate: isCertified} = experiment;
  const certificate = useBasin((state) => state.certificate.certificate);
  const [flatBecause, setFlatBecause] = useState<string | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const capture = useRef<Capture | null>(null);
  const {logColour, clipColour, fade} = view;
  const {values, side} = landscape;
  // A frozen map comes with the values of before: what is made of them is not made again for each step of a path.
  const surface = useMemo(() => surfaceOf({values, side}, {log: logColour, clip: clipColour}), [values, side, logColour, clipColour]);
  const aspect = layout ? equalAspect(landscape) : null;
  const floor = useMemo(() => (isCertified && certificate ? floorOf(certificate) : null), [isCertified, certificate]);
  const shown: Shown = useMemo(() => ({landscape, surface, aspect, floor, walkers, minima, fade, ink}), [landscape, surface, aspect, floor, walkers, minima, fade, ink]);
  const onSave = useCallback(
    async (kind: PictureKind) => {
      try {
        const {savePicture} = await import('./picture/savePicture.ts');
        await savePicture(kind, {...shown, title, capture: capture.current});
        setFailure(null);
      } catch (error) {
        setFailure(`The picture could not be saved: ${error instanceof Error ? error.message : String(error)}`);
      }
    },
    [title, shown],
  );
  const bar = <ScaleBar surface={surface} ink={ink} view={view} flatBecause={flatBecause} onSave={onSave} />;
  const map = <LandscapePicture landscape={landscape} surface={surface} aspect={aspect} floor={floor} walkers={walkers} probe={probe} minima={minima} onPick={onPick} ink={ink} bar={bar} />;
  return (
    <>
      {view.relief && flatBecause === null ? (
        <Suspense fallback={map}>
          <ReliefView shown={shown} bar={bar} capture={capture} onPick={onPick} onUnavailable={setFlatBecause} />
        </Suspense>
      ) : (
        map
      )}
      {view.relief && flatBecause !== null && <p className="note">{flatBecause}</p>}
      {failure !== null && (
        <p className="note" role="alert">
          {failure}
        </p>
      )}
    </>
  );
}
