import {SegmentedControl} from '@mantine/core';
import {useEffect, useState} from 'react';
import {actions} from '../../state/basin.ts';
import type {Acceleration, MomentumEntrant} from '../../core/momentumOverlay.ts';
import type {Contestant} from '../../core/experiment.ts';
import type {BasinState, RunView} from '../../state/types.ts';
import {number, measured} from '../format.ts';
import {useLive} from '../live.ts';
import {type Ink, useInk} from '../palette.ts';
import {Curve, Key, Plot} from '../plots/Plot.tsx';
import {scaleFor, spanScale} from '../plots/scales.ts';
import {ScrollRegion} from '../widgets/ScrollRegion.tsx';
import {Swatch} from '../widgets/Swatch.tsx';
import {Chart} from './Chart.tsx';
import {curve} from './curves.ts';
import {MomentumMapChart, MOTION_WORDS} from './MomentumMapChart.tsx';

const select = ({experiment, runs, momentum}: BasinState) => ({contestants: experiment.contestants, runs, overlay: momentum});

const KINDS: readonly {readonly value: Acceleration; readonly label: string}[] = [
  {value: 'heavy ball', label: 'heavy ball'},
  {value: 'nesterov', label: 'Nesterov'},
];
const isKind = (value: string): value is Acceleration => KINDS.some((one) => one.value === value);

/** What theory says of the race on show, where its surface is a quadratic. */
export function MomentumView() {
  const {contestants, runs, overlay} = useLive(select, 200);
  const [chosen, setChosen] = useState<Acceleration | null>(null);
  const ink = useInk();
  useEffect(() => {
    actions.watchMomentum(true);
    return () => actions.watchMomentum(false);
  }, []);
  if (!overlay) return <p className="theory-none">This function is no quadratic with one stationary point. Choose the quadratic among the functions, or another theory.</p>;
  // Contestants that came or went since the overlay was computed are left out.
  const entrants = overlay.entrants.filter(({contestant}) => contestant < contestants.length);
  const kind = chosen ?? (entrants.some((one) => one.kind === 'heavy ball') || entrants.length === 0 ? 'heavy ball' : 'nesterov');
  return (
    <>
      <div className="theory-charts">
        <Chart
          title="Momentum"
          across="learning rate × curvature of an axis"
          keys={<SegmentedControl size="xs" aria-label="Method of the map" value={kind} data={[...KINDS]} onChange={(value) => isKind(value) && setChosen(value)} />}
        >
          <MomentumMapChart overlay={{...overlay, entrants}} kind={kind} contestants={contestants} ink={ink} />
        </Chart>
        <Chart title="J" across="iteration" keys={<><Key stroke={ink.faint}>run</Key> <Key stroke={ink.text} dash="5 3">closed form</Key></>}>
          <ClosedForm entrants={entrants} contestants={contestants} runs={runs} ink={ink} />
        </Chart>
      </div>
      {entrants.length > 0 ? (
        <Entrants entrants={entrants} contestants={contestants} />
      ) : (
        <p className="theory-none">No contestant is gradient descent, heavy ball or Nesterov with a constant learning rate, so theory has nothing to say of them.</p>
      )}
    </>
  );
}

interface PartProps {
  readonly entrants: readonly MomentumEntrant[];
  readonly contestants: readonly Contestant[];
}

/** How far below and above the largest first J a log axis reaches, and how far to both sides a linear one. */
const DEEPEST = 1e-16;
const HIGHEST = 100;
const FARTHEST = 3;

/** Each run's J in its colour, and over it the closed form in ink. */
function ClosedForm({entrants, contestants, runs, ink}: PartProps & {readonly runs: readonly RunView[]; readonly ink: Ink}) {
  const all = entrants.flatMap(({contestant, curve: predicted}) => [
    ...(predicted ? [...predicted.objective] : []),
    ...(runs.at(contestant)?.history.metrics.objective ?? []),
  ]);
  const log = all.every((value) => !(value < 0));
  const curves = entrants.map(({contestant, curve: predicted}) => {
    const history = runs.at(contestant)?.history;
    return {
      contestant,
      run: curve(history?.iterations ?? [], history?.metrics.objective ?? [], log),
      theory: predicted ? curve(predicted.iterations, predicted.objective, log) : [],
    };
  });
  const last = Math.max(1, ...curves.flatMap(({run, theory}) => [run.at(-1)?.x ?? 0, theory.at(-1)?.x ?? 0]));
  // What diverges must not flatten the others.
  const first = Math.max(...curves.flatMap(({run, theory}) => [run[0]?.y ?? 0, theory[0]?.y ?? 0]).map(Math.abs), 1e-300);
  const [low, high] = log ? [first * DEEPEST, first * HIGHEST] : [-FARTHEST * first, FARTHEST * first];
  const shown = all.filter((value) => value >= low && value <= high);
  const words = entrants.map(({contestant, curve: predicted}) => `${contestants[contestant].name} ${predicted ? `${measured(predicted.objective[predicted.objective.length - 1])} in closed form` : 'has no closed form with noise'}`);
  return (
    <Plot xScale={spanScale(0, last, false, 5)} yScale={scaleFor(shown, log)} ink={ink} label={`J of each run and in closed form at the end: ${words.join('; ')}.`} testId="momentum-curves">
      {(frame) =>
        curves.map(({contestant, run, theory}) => (
          <g key={contestant}>
            <Curve frame={frame} points={run.filter(({y}) => y >= low)} stroke={ink.contestants[contestants[contestant].colour]} width={3.4} />
            <Curve frame={frame} points={theory.filter(({y}) => y >= low)} stroke={ink.text} width={1.3} dash="5 3" />
          </g>
        ))
      }
    </Plot>
  );
}

/** The same in numbers, with the limits and the best settings. */
function Entrants({entrants, contestants}: PartProps) {
  return (
    <ScrollRegion label="Theory of each contestant">
      <table className="table theory-table" data-testid="momentum-table">
        <thead>
          <tr>
            <th scope="col">contestant</th>
            <th scope="col">ηh</th>
            <th scope="col">error per step</th>
            <th scope="col">diverges from η</th>
            <th scope="col">best η, μ</th>
            <th scope="col">best per step</th>
          </tr>
        </thead>
        <tbody>
          {entrants.map(({contestant, places, stableBelow, best}) => (
            <tr key={contestant}>
              <th scope="row">
                <span className="table-name">
                  <Swatch colour={contestants[contestant].colour} index={contestant} width={18} />
                  <span>{contestants[contestant].name}</span>
                </span>
              </th>
              <td>{places.map(({a}) => number(a, 3)).join(', ')}</td>
              <td>{places.map(({radius, motion}) => `× ${number(radius, 3)} ${MOTION_WORDS[motion]}`).join(', ')}</td>
              <td>{Number.isFinite(stableBelow) ? number(stableBelow, 3) : 'never'}</td>
              <td>{best ? `${number(best.learningRate, 3)}, ${number(best.momentum, 3)}` : '–'}</td>
              <td>{best ? `× ${number(best.radius, 3)}` : '–'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
