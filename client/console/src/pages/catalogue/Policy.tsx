import { Descriptions, Table } from 'antd'
import { CalendarPeriod, CapScope, ConsentMode, type Channel, type ContactCap } from '../../api/generated/zhice/v1/catalog_pb'
import type { Names } from '../../api/catalog'
import { duration } from '../../app/format'
import { useText } from '../../i18n/useText'
import { EditText } from './EditText'

/** How often, when and to whom the bank may speak. */
export function Policy({ names }: { names: Names }) {
  const { say, sayCode } = useText()
  const catalog = names.catalog!
  const policy = catalog.contactPolicy
  const window = ({ window: w }: ContactCap) =>
    w.case === 'sliding' ? duration(w.value) : w.case === 'calendar' ? sayCode('period', CalendarPeriod[w.value]!) : '–'
  const scope = (cap: ContactCap) =>
    cap.scopeId
      ? ([names.channel, names.category, names.action].map((of) => of(cap.scopeId)).find((name) => name !== cap.scopeId) ?? cap.scopeId)
      : sayCode('capScope', CapScope[cap.scope]!)
  return (
    <div className="stack">
      <section>
        <div className="spread">
          <h2 className="part-title">{say('catalogue.caps')}</h2>
          <EditText part="contact_caps" />
        </div>
        <Table<ContactCap>
          size="small"
          rowKey="capId"
          pagination={false}
          dataSource={catalog.contactCaps}
          columns={[
            { title: say('catalogue.caps'), render: (_, cap) => <code>{cap.capId}</code> },
            { title: say('catalogue.scope'), render: (_, cap) => scope(cap) },
            { title: say('catalogue.window'), render: (_, cap) => window(cap) },
            { title: say('catalogue.cap'), align: 'right', dataIndex: 'limit' },
          ]}
        />
      </section>
      <section>
        <div className="spread">
          <h2 className="part-title">{say('catalogue.channel')}</h2>
          <EditText part="channels" />
        </div>
        <Table<Channel>
          size="small"
          rowKey="channelId"
          pagination={false}
          dataSource={catalog.channels}
          columns={[
            {
              title: say('catalogue.channel'),
              render: (_, channel) => (
                <>
                  {channel.displayName} <span className="quiet mono">{channel.channelId}</span>
                </>
              ),
            },
            {
              title: say('catalogue.quiet'),
              render: (_, channel) => (channel.quietHours ? `${channel.quietHours.from} – ${channel.quietHours.until}` : '–'),
            },
            { title: say('catalogue.spacing'), render: (_, channel) => duration(channel.minimumSpacing) },
            {
              title: say('catalogue.consent'),
              render: (_, channel) => sayCode('consentMode', ConsentMode[channel.consent || ConsentMode.OPT_OUT]!),
            },
          ]}
        />
      </section>
      <div className="spread">
        <h2 className="part-title">{say('catalogue.policy')}</h2>
        <EditText part="contact_policy" />
      </div>
      <Descriptions
        column={1}
        size="small"
        bordered
        items={[
          { key: 'spacing', label: say('catalogue.spacing'), children: duration(policy?.minimumSpacing) },
          ...(policy?.exclusionGroups ?? []).map((group) => ({
            key: group.groupId,
            label: `${say('catalogue.exclusions')} · ${group.groupId}`,
            children: `${group.actionIds.map(names.action).join('、')} · ${duration(group.window)}`,
          })),
          ...(policy?.doNotContact ?? []).map((list) => ({
            key: list.listId,
            label: `${say('catalogue.doNotContact')} · ${list.listId}`,
            children: <code>{list.condition || list.audienceId}</code>,
          })),
        ]}
      />
    </div>
  )
}
