import {actions} from '../../state/basin.ts';
import type {PathPoint} from '../../core/study.ts';
import type {BasinState, PathView} from '../../state/types.ts';
import {count, measured, number, score, scoreName} from '../format.ts';
import {useLive} from '../live.ts';
import {useInk} from '../palette.ts';
import {taskOf} from '../task.ts';
import {Empty} from '../widgets/Empty.tsx';
import type {InstrumentProps} from '../widgets/instrument.ts';
import {Panel} from '../widgets/Panel.tsx';
import {StudyState} from '../widgets/StudyState.tsx';
import {TableButton} from '../widgets/TableDialog.tsx';
import {PathChart} from './PathChart.tsx';
import {gapOf, provedWords} from './proved.ts';

const select = ({experiment, path, data, phase}: BasinState) => ({experiment, path, data, phase});

/** How the optimum changes with the penalty: neurons, losses and J along a grid of betas. */
export function PathPanel({tabs, enlarged, onEnlarge}: InstrumentProps) {
  const {experiment, path, data, phase} = useLive(select, 150);
  const ink = useInk();
  const task = taskOf(experiment);
  const beta = Number(experiment.problem.params.beta);
  const {status, points, method} = path;
  const drawn = points.length > 0;
  const compute = (
    <button type="button" className="action" disabled={phase === 'starting' || data === null} onClick={actions.computePath}>
      {drawn || status === 'failed' ? 'Compute again' : 'Compute path'}
    </button>
  );
  const tools = drawn && (
    <>
      <StudyState status={status} share={path.share} reason={path.reason} onStop={actions.stopPath} />
      {status !== 'running' && compute}
      <TableButton title="Regularisation path" columns={['β', 'neurons', 'J', 'gap', 'train loss', 'test loss', `test ${scoreName(task)}`]} rows={() => points.map((point) => rowOf(point, task))} />
    </>
  );
  return (
    <Panel title="Regularisation path" tabs={tabs} className="path" enlarged={enlarged} onEnlarge={onEnlarge} tools={tools}>
      {drawn && data ? (
        <>
          <PathChart points={points} trainCount={data.trainCount} beta={beta} ink={ink} onAdopt={(picked) => actions.setProblemParam('beta', picked)} />
          <p className="note">{method && provedWords(method, points)} Click a point (or Enter) to take its β.</p>
        </>
      ) : (
        <Empty title={titleOf(path)}>
          {status === 'running' ? (
            <StudyState status={status} share={path.share} reason="" onStop={actions.stopPath} />
          ) : (
            <>
              <p>{status === 'failed' ? path.reason : 'Sweeps the penalty β over four decades around the present one and shows how many neurons are left, and what they cost in training and test loss.'}</p>
              {compute}
            </>
          )}
        </Empty>
      )}
    </Panel>
  );
}

function titleOf({status}: PathView): string {
  switch (status) {
    case 'running':
      return 'The first point is on its way …';
    case 'failed':
      return 'The path could not be computed.';
    case 'stopped':
      return 'Stopped before the first point.';
    case 'idle':
    case 'done':
      return 'How many neurons does the data deserve?';
  }
}

const rowOf = (point: PathPoint, task: Parameters<typeof score>[1]): readonly string[] => [
  number(point.beta),
  count(point.neurons),
  measured(point.objective),
  measured(gapOf(point), 2),
  measured(point.trainLoss),
  measured(point.testLoss),
  score(point.testScore, task),
];
