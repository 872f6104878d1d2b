import {NativeSelect, SegmentedControl} from '@mantine/core';
import {useElementSize} from '@mantine/hooks';
import {lazy, Suspense, useCallback, useMemo, useRef, useState} from 'react';

import type {Task} from '../../core/data.ts';
import {BUDGET_AXES, CHART_METRICS, type ChartMetric, COMMON_METRICS, type View} from '../../core/experiment.ts';
import {actions, useBasin} from '../../state/basin.ts';
import {isSurface} from '../../state/fitting.ts';
import type {BasinState} from '../../state/types.ts';
import {measured, number, percent, score} from '../format.ts';
import {useLive} from '../live.ts';
import {useInk} from '../palette.ts';
import {Key} from '../plots/Plot.tsx';
import {useLargerType} from '../settings.ts';
import {IconButton} from '../widgets/IconButton.tsx';
import {Panel} from '../widgets/Panel.tsx';
import {Swatch} from '../widgets/Swatch.tsx';
import {Toggle} from '../widgets/Toggle.tsx';
import {Waiting} from '../widgets/Waiting.tsx';
import {taskOf} from '../task.ts';
import {AXIS_WORDS, latest, metricWords, onAxis} from '../words.ts';
import {RaceTable} from './RaceTable.tsx';
import {CertificateLine, CertificateToggle} from './CertificateLine.tsx';
import {optimumOf} from './optimum.ts';
import {BOUND_DASH, isLinear, isNegative, isScore, isShare, seriesOf, xScaleOf, yScaleOf} from './series.ts';

const RaceChart = lazy(() => import('./RaceChart.tsx'));

const select = ({experiment, runs, phase, certificate}: BasinState) => ({experiment, runs, phase, certificate});

/** Below this width (in pixels at ordinary type) the measures are a select in place of tabs. */
const ROOM_FOR_TABS = 660;
/** More measures than these are a select at any width. */
const MOST_TABS = 6;
const LARGER = 1.22;

interface Props {
  readonly enlarged: boolean;
  readonly onEnlarge: (() => void) | undefined;
}

/** The race: one curve a contestant, one measure for all. */
export function RacePanel({enlarged, onEnlarge}: Props) {
  const {experiment, runs, phase, certificate} = useLive(select, 150);
  const [table, setTable] = useState(false);
  const ink = useInk();
  const [larger] = useLargerType();
  const host = useRef<HTMLDivElement>(null);
  const {ref: legend, width} = useElementSize();
  const narrow = width > 0 && width / (larger ? LARGER : 1) < ROOM_FOR_TABS;
  const task = taskOf(experiment);
  const logless = useMemo(() => isNegative(experiment.view.metric, runs), [experiment.view.metric, runs]);
  const view = useMemo(() => (logless ? {...experiment.view, logY: false} : experiment.view), [experiment.view, logless]);
  const series = useMemo(() => seriesOf({...experiment, view}, runs), [experiment, view, runs]);
  const xScale = useMemo(() => xScaleOf(series, experiment), [series, experiment]);
  const optimum = useMemo(() => optimumOf(experiment, certificate), [experiment, certificate]);
  const yScale = useMemo(() => yScaleOf(series, view, optimum), [series, view, optimum]);
  const showX = useCallback((x: number) => onAxis(x, view.axis), [view.axis]);
  const showY = useCallback((y: number) => (isScore(view.metric) ? score(y, task) : isShare(view.metric) ? percent(y) : measured(y)), [view.metric, task]);
  const tickY = useCallback((y: number) => (isShare(view.metric) ? percent(y) : number(y, 3)), [view.metric]);
  // An interval that closes is worth watching before anybody has moved.
  const begun = optimum !== null || series.some((one) => one.points.length > 1);
  const summary = `${metricWords(view.metric, task)} against ${AXIS_WORDS[view.axis].long}. ${series
    .map((one) => `${one.name}, ${one.status}: ${showY(latest(runs.at(one.index), view.metric))}${one.bound.length > 0 ? `, proved to be at least ${showY(one.bound[one.bound.length - 1].y)}` : ''}`)
    .join('; ')}.${optimum ? ` The ${optimum.name} is ${optimum.value}: ${optimum.meaning}.` : ''}`;
  return (
    <Panel
      title="Race"
      className="race"
      enlarged={enlarged}
      onEnlarge={onEnlarge}
      tools={<RaceTools task={task} compact={onEnlarge === undefined || narrow} logless={logless} onTable={() => setTable(true)} />}
    >
      <ul className="legend" ref={legend}>
        {series.map((one) => (
          <li key={one.index} data-status={one.status}>
            <Swatch colour={one.colour} index={one.index} />
            <span>{one.name}</span>
            <span className="figure" title={one.bound.length > 0 ? 'J, and how low it can go as proved by this contestant' : undefined}>
              {showY(latest(runs.at(one.index), view.metric))}
              {one.bound.length > 0 && ` ≥ ${showY(one.bound[one.bound.length - 1].y)}`}
            </span>
          </li>
        ))}
        {series.some((one) => one.bound.length > 0) && (
          <li data-testid="bound-key">
            <Key stroke={ink.faint} dash={BOUND_DASH}>
              lower bound
            </Key>
          </li>
        )}
        <CertificateLine />
      </ul>
      <div className="chart" ref={host} data-testid="race-chart">
        {/* Mounted before there is anything to draw: the first curves must not wait for a chart library. */}
        <div className="chart-plot" data-begun={begun}>
          <Suspense fallback={null}>
            <RaceChart
              series={series}
              xScale={xScale}
              yScale={yScale}
              optimum={optimum}
              ink={ink}
              showX={showX}
              showY={showY}
              tickY={tickY}
              yWidth={larger ? 64 : 52}
              host={host}
            />
          </Suspense>
        </div>
        {!begun && <Waiting phase={phase} what="Each contestant's curve is drawn here as it descends." />}
      </div>
      <AxisTools />
      <p className="visually-hidden">{summary}</p>
      <RaceTable
        opened={table}
        onClose={() => setTable(false)}
        series={series}
        axis={view.axis}
        metric={metricWords(view.metric, task)}
        optimum={optimum}
        showY={showY}
      />
    </Panel>
  );
}

/** What some contestant measures; as a text, so that equal answers are equal. */
const selectMeasured = ({runs}: BasinState): string => CHART_METRICS.filter((metric) => runs.some((run) => Object.hasOwn(run.history.metrics, metric))).join(' ');
const isCommon = (metric: ChartMetric): boolean => COMMON_METRICS.some((one) => one === metric);
const set = (change: Partial<View>): void => actions.setView(change);
const setMetric = (metric: ChartMetric): void => set(isLinear(metric) ? {metric, logY: false} : {metric});

interface ToolsProps {
  readonly task: Task;
  /** Where there is little room: a select in place of tabs. */
  readonly compact: boolean;
  /** Whether what is shown has been negative, so that a logarithm has no place. */
  readonly logless: boolean;
  readonly onTable: () => void;
}

/** What is measured: part of the experiment, so that a link shows the same picture. */
function RaceTools({task, compact, logless, onTable}: ToolsProps) {
  const view = useBasin((state) => state.experiment.view);
  const known = useLive(selectMeasured, 500).split(' ');
  const usual = (metric: ChartMetric): boolean => (task === 'surface' ? metric === 'objective' : isCommon(metric) || known.includes(metric));
  const offered = CHART_METRICS.filter((metric) => usual(metric) || view.metric === metric);
  const select = compact || offered.length > MOST_TABS;
  const data = offered.map((metric) => ({value: metric, label: metricWords(metric, task)}));
  return (
    <>
      {offered.length === 1 ? null : select ? (
        <NativeSelect
          size="xs"
          aria-label="Measure"
          value={view.metric}
          data={data}
          onChange={(event) => {
            const metric = CHART_METRICS.find((one) => one === event.currentTarget.value);
            if (metric) setMetric(metric);
          }}
        />
      ) : (
        <SegmentedControl size="xs" aria-label="Measure" value={view.metric} data={data} onChange={setMetric} />
      )}
      <CertificateToggle />
      <Toggle
        label="log"
        title={logless ? 'No logarithmic vertical axis here: J is negative in places' : 'Logarithmic vertical axis (values of zero or less are left out)'}
        pressed={view.logY && !logless}
        disabled={logless}
        onToggle={(logY) => set({logY})}
      />
      <IconButton icon="table" label="The curves as a table" size={26} onClick={onTable} />
    </>
  );
}

/** What the curves are drawn against; stands where the axis has its label. */
function AxisTools() {
  const view = useBasin((state) => state.experiment.view);
  const surface = useBasin((state) => isSurface(state.experiment));
  const axes = BUDGET_AXES.filter((axis) => !surface || axis !== 'evaluations' || axis === view.axis);
  return (
    <div className="axis-tools">
      <SegmentedControl
        size="xs"
        aria-label="Horizontal axis"
        value={view.axis}
        data={axes.map((axis) => ({value: axis, label: AXIS_WORDS[axis].short}))}
        onChange={(axis) => set({axis})}
      />
      <Toggle label="log" title="Logarithmic horizontal axis" pressed={view.logX} onToggle={(logX) => set({logX})} />
    </div>
  );
}
