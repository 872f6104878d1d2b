import {NativeSelect} from '@mantine/core';
import {type ReactNode, useState} from 'react';
import type {BasinState, History, RunView} from '../../state/types.ts';
import {count, number} from '../format.ts';
import {useLive} from '../live.ts';
import {NormBars} from '../neurons/NormBars.tsx';
import {type Ink, useInk} from '../palette.ts';
import {Curve, Key, Plot} from '../plots/Plot.tsx';
import {countScale, scaleFor, spanScale} from '../plots/scales.ts';
import {decimate, type Point} from '../race/series.ts';
import {Empty} from '../widgets/Empty.tsx';
import type {InstrumentProps} from '../widgets/instrument.ts';
import {splits} from '../offers.ts';
import {Panel} from '../widgets/Panel.tsx';
import {Swatch} from '../widgets/Swatch.tsx';
import {TableButton} from '../widgets/TableDialog.tsx';
import {Waiting} from '../widgets/Waiting.tsx';

const select = ({experiment, runs, neurons, phase}: BasinState) => ({contestants: experiment.contestants, runs, neurons, phase});

interface Line {
  readonly metric: string;
  readonly name: string;
  readonly dash: string;
}

const RESIDUALS: readonly Line[] = [
  {metric: 'primalResidual', name: 'primal', dash: ''},
  {metric: 'dualResidual', name: 'dual', dash: '7 3'},
  {metric: 'violation', name: 'violation', dash: '2 3'},
  {metric: 'dualGap', name: 'dual gap', dash: '10 3 2 3'},
];
const PENALTIES: readonly Line[] = [
  {metric: 'rho1', name: 'ρ₁', dash: ''},
  {metric: 'rho2', name: 'ρ₂', dash: '7 3'},
  {metric: 'rho3', name: 'ρ₃', dash: '2 3'},
];
const COUNTS: readonly Line[] = [
  {metric: 'activeNeurons', name: 'active', dash: ''},
  {metric: 'patternCount', name: 'patterns', dash: '7 3'},
  {metric: 'patterns', name: 'patterns', dash: '7 3'},
];
const TABLE = [...RESIDUALS, ...PENALTIES, ...COUNTS, {metric: 'addedPatterns', name: 'added', dash: ''}];

const measuredIn = ({metrics}: History, lines: readonly Line[]): readonly Line[] =>
  lines.filter(({metric}) => metrics[metric]?.some(Number.isFinite));

function pointsOf({iterations, metrics}: History, metric: string, log: boolean): readonly Point[] {
  const values = metrics[metric] ?? [];
  const points = iterations.flatMap((x, i) => (Number.isFinite(values[i]) && (!log || values[i] > 0) ? [{x, y: values[i]}] : []));
  return decimate(points);
}

/** What goes on inside a splitting method: residuals, penalties, neurons and patterns, and the groups' norms. */
export function AdmmPanel({tabs, enlarged, onEnlarge}: InstrumentProps) {
  const {contestants, runs, neurons, phase} = useLive(select, 200);
  const [chosen, setChosen] = useState<number | null>(null);
  const ink = useInk();
  const inside = contestants.flatMap(({name, colour}, index) => (splits(runs.at(index)) ? [{name, colour, index}] : []));
  const one = inside.find(({index}) => index === chosen) ?? inside.at(0);
  const run = one && runs.at(one.index);
  const tools = (
    <>
      {one && <Swatch colour={one.colour} index={one.index} width={20} />}
      {inside.length > 1 && one ? (
        <NativeSelect
          size="xs"
          aria-label="Contestant"
          value={String(one.index)}
          data={inside.map(({index, name}) => ({value: String(index), label: name}))}
          onChange={(event) => setChosen(Number(event.currentTarget.value))}
        />
      ) : (
        <b className="panel-subject">{one?.name}</b>
      )}
      {run && <TableButton title={`Inside ${one.name}`} {...tableOf(run.history)} />}
    </>
  );
  return (
    <Panel title="Inside ADMM" tabs={tabs} className="inside" enlarged={enlarged} onEnlarge={onEnlarge} tools={tools}>
      {one && run && run.history.iterations.length > 1 ? (
        <div className="smalls">
          <Histories run={run} colour={ink.contestants[one.colour]} ink={ink} />
          <Small title="group norms" keys={<span className="faint">▮ α &gt; 0 ▯ α &lt; 0</span>}>
            {neurons[run.runId] ? (
              <NormBars neurons={neurons[run.runId]} name={one.name} colour={ink.contestants[one.colour]} ink={ink} />
            ) : (
              <p className="faint small-empty">No network yet.</p>
            )}
          </Small>
        </div>
      ) : inside.length === 0 && phase !== 'starting' ? (
        <Empty title="No splitting method is in this race.">Add convex ADMM to see its residuals, penalties, neurons and patterns.</Empty>
      ) : (
        <Waiting phase={phase} what="Residuals, penalties, active neurons and patterns, as the method goes." />
      )}
    </Panel>
  );
}

/** The three histories: each a small chart over the iterations. */
function Histories({run, colour, ink}: {readonly run: RunView; readonly colour: string; readonly ink: Ink}) {
  const {history} = run;
  const charts = [
    {title: 'residuals', lines: measuredIn(history, RESIDUALS), log: true},
    {title: 'penalties', lines: measuredIn(history, PENALTIES), log: true},
    {title: 'neurons', lines: measuredIn(history, COUNTS), log: false},
  ];
  return charts.map(({title, lines, log}) => {
    const drawn = lines.map((line) => ({...line, points: pointsOf(history, line.metric, log)}));
    const values = drawn.flatMap(({points}) => points.map((point) => point.y));
    const last = drawn.map(({name, points}) => `${name} ${number(points.at(-1)?.y ?? Number.NaN, 3)}`).join(', ');
    const keys = lines.map(({metric, name, dash}) => (
      <Key key={metric} stroke={colour} dash={dash}>
        {name}
      </Key>
    ));
    return (
      <Small key={title} title={title} keys={keys}>
        {lines.length === 0 ? (
          <p className="faint small-empty">This method has none.</p>
        ) : (
          <Plot
            xScale={spanScale(0, Math.max(1, run.progress.iteration), false)}
            yScale={log ? scaleFor(values, true) : countScale(values)}
            ink={ink}
            label={`${title} over the iterations; now ${last}`}
            xTick={count}
          >
            {(frame) => (
              <>
                {!log && <Added history={history} frame={frame} colour={colour} />}
                {drawn.map(({metric, dash, points}) => (
                  <Curve key={metric} frame={frame} points={points} stroke={colour} dash={dash} steps={!log} />
                ))}
              </>
            )}
          </Plot>
        )}
      </Small>
    );
  });
}

/** A tick on the axis where patterns were added. */
function Added({history, frame, colour}: {readonly history: History; readonly frame: {x(value: number): number; readonly bottom: number}; readonly colour: string}) {
  return pointsOf(history, 'addedPatterns', true).map(({x}) => (
    <path key={x} d={`M${frame.x(x)} ${frame.bottom}v-7`} stroke={colour} strokeWidth={2} />
  ));
}

function Small({title, keys, children}: {readonly title: string; readonly keys: ReactNode; readonly children: ReactNode}) {
  return (
    <figure className="small">
      <figcaption>
        <b>{title}</b> {keys}
      </figcaption>
      {children}
    </figure>
  );
}

function tableOf(history: History): {columns: readonly string[]; rows: () => readonly (readonly string[])[]} {
  const lines = measuredIn(history, TABLE);
  const rows = (): readonly (readonly string[])[] => {
    const stride = Math.max(1, Math.ceil(history.iterations.length / 40));
    return history.iterations.flatMap((iteration, i) =>
      i % stride === 0 || i === history.iterations.length - 1 ? [[count(iteration), ...lines.map(({metric}) => number(history.metrics[metric][i]))]] : [],
    );
  };
  return {columns: ['iteration', ...lines.map(({name}) => name)], rows};
}
