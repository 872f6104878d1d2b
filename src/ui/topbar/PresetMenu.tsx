import {Menu} from '@mantine/core';
import {PRESETS} from '../../presets/registry.ts';
import {actions, useBasin} from '../../state/basin.ts';
import {activePreset} from '../task.ts';
import {Icon} from '../widgets/icons.tsx';

/** The experiment's title, which opens the list of ready-made ones. */
export function PresetMenu() {
  const title = useBasin((state) => state.experiment.title);
  const active = useBasin((state) => activePreset(state.experiment));
  return (
    <Menu position="bottom-start" width={400} trapFocus returnFocus>
      <Menu.Target>
        <button type="button" className="preset" data-testid="preset-menu">
          <span>{title || 'Untitled experiment'}</span>
          <Icon name="down" size={16} />
        </button>
      </Menu.Target>
      <Menu.Dropdown className="preset-list">
        <Menu.Label>Ready-made experiments</Menu.Label>
        {PRESETS.map((preset) => (
          <Menu.Item key={preset.id} aria-current={preset === active} onClick={() => actions.loadPreset(preset)}>
            <span className="menu-title">{preset.title}</span>
            <span className="menu-text">{preset.text}</span>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
