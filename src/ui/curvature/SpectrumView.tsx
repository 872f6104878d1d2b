import {useState} from 'react';
import {stabilityOf, type Spectrum} from '../../core/curvature.ts';
import {isFullBatch} from '../../core/data.ts';
import type {Choice} from '../../core/experiment.ts';
import {actions} from '../../state/basin.ts';
import type {BasinState} from '../../state/types.ts';
import {count, measured} from '../format.ts';
import {useLive} from '../live.ts';
import {type Ink, useInk} from '../palette.ts';
import {Curve, Plot} from '../plots/Plot.tsx';
import {spanScale} from '../plots/scales.ts';
import {ContestantChoice} from '../widgets/ContestantChoice.tsx';
import {Empty} from '../widgets/Empty.tsx';
import {StudyState} from '../widgets/StudyState.tsx';
import {TableButton} from '../widgets/TableDialog.tsx';
import {EXAMPLE_WORDS, trainedOnes} from './contestants.ts';
import {curvatureRows, noiseWords} from './words.ts';

const select = ({experiment, curvature, phase, example, data}: BasinState) => ({experiment, view: curvature, phase, example, data});

/** Densities below this share of the highest are not drawn. */
const FAINTEST = 1e-4;

/** On demand: eigenvalues, trace, density and gradient noise at one contestant's latest network. */
export function SpectrumView() {
  const {experiment, view, phase, example, data} = useLive(select, 150);
  const [wanted, setChosen] = useState<number | null>(null);
  const ink = useInk();
  const known = trainedOnes(experiment);
  const {status, curvature} = view;
  const chosen = known.find(({index}) => index === (wanted ?? view.contestant)) ?? known[0];
  if (!chosen) return <Empty title="No contestant here is trained by gradients.">Add one to see the curvature where it is.</Empty>;
  const shown = curvature && view.contestant === chosen.index ? curvature : null;
  const busy = status === 'running' && view.contestant === chosen.index;
  const measure = (
    <button type="button" className="action" disabled={phase === 'starting' || example} onClick={() => actions.measureCurvature(chosen.index)}>
      {shown ? 'Measure again' : 'Measure'}
    </button>
  );
  const state = view.contestant === chosen.index && <StudyState status={status} share={view.share} reason={view.reason} onStop={actions.stopCurvature} />;
  return (
    <>
      <div className="curvature-head">
        <ContestantChoice label="Whose curvature" contestants={known} chosen={chosen.index} onChoose={setChosen} />
        {shown && !busy && measure}
        {shown && <TableButton title={`Curvature of ${chosen.name} at iteration ${shown.iteration}`} columns={['quantity', 'value', 'how sure']} rows={() => curvatureRows(shown)} />}
      </div>
      {shown ? (
        <>
          <div className="curvature-head">
            <p className="curvature-reading figure" data-testid="curvature-eigenvalues">
              {`iteration ${count(shown.iteration)}: ${curvatureRows(shown).slice(0, shown.largest.length + 1).map((row) => row.slice(0, 3).join('\u202f')).join(', ')}`}
              {shown.spectrum && `; trace ${measured(shown.spectrum.trace.value)} ${shown.exact ? '(exact)' : `± ${measured(shown.spectrum.trace.error, 2)}`}`}
            </p>
            {state}
          </div>
          {shown.spectrum ? <DensityPlot spectrum={shown.spectrum} ink={ink} /> : <div className="plot" />}
          <p className="note" data-testid="curvature-words">
            {shown.noise && data && `${noiseWords(shown.noise, data.trainCount)} `}
            {data && rateWords(experiment.contestants[chosen.index].solver, data.trainCount, shown.largest[0].value)}
          </p>
        </>
      ) : (
        <Empty title={busy ? 'The first eigenvalues are on their way …' : 'In which directions does J bend, and how much?'}>
          {busy ? state : (
            <>
              <p>{view.contestant === chosen.index && status === 'failed' ? view.reason : 'The largest eigenvalues of the Hessian at the latest network, the density of all of them, and how noisy mini-batch gradients are there.'}</p>
              {example && <p>{EXAMPLE_WORDS}</p>}
              {measure}
            </>
          )}
        </Empty>
      )}
    </>
  );
}

/** Nothing where a schedule changes the rate: the live view follows it. */
function rateWords({id, params}: Choice, samples: number, largest: number): string {
  if (params.schedule !== undefined && params.schedule !== 'constant') return '';
  const rate = Number(params.learningRate ?? Number.NaN);
  return stabilityOf(id, Number(params.momentum ?? 0), rate, largest, !isFullBatch(params.batchSize, samples))?.text ?? '';
}

/** Eigenvalues along, on a log axis how many there are. */
function DensityPlot({spectrum, ink}: {readonly spectrum: Spectrum; readonly ink: Ink}) {
  const highest = spectrum.density.reduce((most, value) => Math.max(most, value), 0);
  const points = Array.from(spectrum.at, (x, i) => ({x, y: Math.max(spectrum.density[i], highest * FAINTEST)}));
  const xScale = spanScale(spectrum.at[0], spectrum.at[spectrum.at.length - 1], false, 6);
  const words = `Density of the eigenvalues from ${measured(spectrum.at[0], 3)} to ${measured(points[points.length - 1].x, 3)}${spectrum.probes > 0 ? `, ${spectrum.probes} probes` : ''}`;
  return (
    <Plot xScale={xScale} yScale={spanScale(highest * FAINTEST, highest * 1.6, true, 4)} ink={ink} label={words} testId="curvature-density">
      {(frame) => (
        <>
          <line x1={frame.x(0)} x2={frame.x(0)} y1={frame.top} y2={frame.bottom} stroke={ink.rule} />
          <Curve frame={frame} points={points} stroke={ink.text} width={1.8} />
        </>
      )}
    </Plot>
  );
}
