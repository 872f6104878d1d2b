import {useEffect, useState} from 'react';
import {MOST_LIVE_WEIGHTS} from '../../core/curvature.ts';
import {actions} from '../../state/basin.ts';
import {measuredStability} from '../../state/curvatureFindings.ts';
import type {BasinState, RunView} from '../../state/types.ts';
import {count, measured} from '../format.ts';
import {useLive} from '../live.ts';
import {dashOf, useInk} from '../palette.ts';
import {Curve, Key, Plot} from '../plots/Plot.tsx';
import {scaleFor} from '../plots/scales.ts';
import {type Point, xScaleOf} from '../race/series.ts';
import {ContestantChoice} from '../widgets/ContestantChoice.tsx';
import {Empty} from '../widgets/Empty.tsx';
import {TableButton} from '../widgets/TableDialog.tsx';

const select = ({experiment, runs, phase, example, data}: BasinState) => ({experiment, runs, phase, example, data});

/** The limit is thin and dotted, in the contestant's colour. */
const LIMIT_DASH = '1 3';
/** The sharpness of a run that diverges is drawn up to so many times its first. */
const ROOM = 30;

/** Live: the largest eigenvalue of the Hessian at each contestant's records, beside what its learning rate allows. */
export function SharpnessView() {
  const {experiment, runs, phase, example, data} = useLive(select, 200);
  const [wanted, setChosen] = useState(0);
  const ink = useInk();
  useEffect(() => {
    actions.watchSharpness(true);
    return () => actions.watchSharpness(false);
  }, []);
  const {axis, logX} = experiment.view;
  const known = experiment.contestants.flatMap(({name, colour}, index) => {
    const run = runs.at(index);
    if (!run || !hasSharpness(run)) return [];
    const column = (metric: string): readonly Point[] => pointsOf(run, run.history[axis], metric, logX);
    return [{index, name, colour, run, points: column('sharpness'), limit: column('sharpnessLimit')}];
  });
  const one = known.find(({index}) => index === wanted) ?? known.at(0);
  if (!one) {
    const over = phase === 'finished' || phase === 'paused' || example;
    return (
      <Empty title="How sharply does J bend where the runs are?">
        <p>The largest eigenvalue of the Hessian, beside the 2/η above which steps overshoot. It is measured while this view is open, for networks of up to {count(MOST_LIVE_WEIGHTS)} weights, from gradients that count for no contestant.</p>
        {over && (
          <button type="button" className="action" onClick={runAgain}>
            Run again and measure
          </button>
        )}
        {phase === 'ready' && !example && <p>Start the race to see it.</p>}
      </Empty>
    );
  }
  const drawn = known.flatMap(({run, points, limit}) => [...limit.map(({y}) => y), ...valuesOf(run, points)]);
  const stability = measuredStability(experiment.contestants[one.index], data?.trainCount ?? Number.POSITIVE_INFINITY, one.run);
  const words = known.map(({name, points}) => `${name} ${measured(points.at(-1)?.y ?? Number.NaN, 3)}`).join(', ');
  return (
    <>
      <div className="curvature-head">
        <ContestantChoice label="Whose curvature" contestants={known} chosen={one.index} onChoose={setChosen} />
        <TableButton title="Sharpness at the latest record" columns={['contestant', 'iteration', 'sharpness', 'allowed']} rows={() => known.map(({name, run}) => rowOf(name, run))} />
      </div>
      <p className="curvature-reading">
        <Key stroke={ink.faint}>largest eigenvalue</Key>
        {known.some(({limit}) => limit.length > 0) && (
          <Key stroke={ink.faint} dash={LIMIT_DASH}>
            what η allows (2/η for SGD)
          </Key>
        )}
      </p>
      <Plot
        xScale={xScaleOf(known, experiment)}
        yScale={scaleFor(drawn, true, 4)}
        ink={ink}
        label={`Sharpness at the latest record: ${words}`}
        testId="sharpness-chart"
      >
        {(frame) =>
          known.map(({index, colour, points, limit}) => (
            <g key={index}>
              <Curve frame={frame} points={limit} stroke={ink.contestants[colour]} dash={LIMIT_DASH} width={1.6} />
              <Curve frame={frame} points={points} stroke={ink.contestants[colour]} dash={dashOf(index)} width={index === one.index ? 2.8 : 1.8} />
              {points.length === 1 && <circle cx={frame.x(points[0].x)} cy={frame.y(points[0].y)} r={3} fill={ink.contestants[colour]} />}
            </g>
          ))
        }
      </Plot>
      <p className="note" data-testid="sharpness-words">
        {stability?.text ?? `${one.name}: ${experiment.contestants[one.index].solver.id === 'newton' ? 'Newton steps take curvature into account' : 'its steps adapt to the gradient'}, so no one limit holds for its learning rate.`}
      </p>
    </>
  );
}

const hasSharpness = ({history}: RunView): boolean => (history.metrics.sharpness ?? []).some(Number.isFinite);

/** Only what has a place on a log axis. */
function pointsOf({history}: RunView, xs: readonly number[], metric: string, logX: boolean): readonly Point[] {
  return (history.metrics[metric] ?? []).map((y, i) => ({x: xs[i], y})).filter(({x, y}) => Number.isFinite(y) && y > 0 && (!logX || x > 0));
}

/** What to make room for: a run that explodes must not flatten the others. */
function valuesOf({status}: RunView, points: readonly Point[]): readonly number[] {
  const most = status === 'diverged' ? ROOM * (points.at(0)?.y ?? 0) : Number.POSITIVE_INFINITY;
  return points.map(({y}) => Math.min(y, most));
}

function rowOf(name: string, {history: {iterations, metrics}}: RunView): readonly string[] {
  const last = metrics.sharpness.findLastIndex(Number.isFinite);
  return [name, String(iterations[last]), measured(metrics.sharpness[last]), measured(metrics.sharpnessLimit?.[last] ?? Number.NaN)];
}

function runAgain(): void {
  actions.reset();
  actions.run();
}
