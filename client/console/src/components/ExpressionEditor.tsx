import { autocompletion, completionKeymap, type CompletionContext, type CompletionResult } from '@codemirror/autocomplete'
import { linter, type Diagnostic } from '@codemirror/lint'
import { keymap, type EditorView } from '@codemirror/view'
import { useRef } from 'react'
import { call } from '../api/call'
import { AudienceService, CompletionKind } from '../api/generated/zhice/v1/audience_service_pb'
import { offsetOf } from './offset'
import { useEditor } from './useEditor'

interface Props {
  value: string
  onChange: (value: string) => void
  label: string
  /** The name for people of a tag. */
  tagName: (id: string) => string
  readOnly?: boolean
}

/** An editor of conditions. What may stand at a place, and what is wrong, the host's own parser says. */
export default function ExpressionEditor({ value, onChange, label, tagName, readOnly = false }: Props) {
  const latest = useRef(tagName)
  latest.current = tagName
  const { host } = useEditor({
    value,
    onChange,
    label,
    readOnly,
    // Without an answer of the host nothing is proposed and nothing marked; to save says what is wrong.
    extensions: () => [
      autocompletion({ override: [(context) => complete(context, (id) => latest.current(id)).catch(() => null)] }),
      linter((view) => check(view).catch(() => []), { delay: 350 }),
      keymap.of(completionKeymap),
    ],
  })
  return <div className="editor" ref={host} />
}

async function complete(context: CompletionContext, tagName: (id: string) => string): Promise<CompletionResult | null> {
  const before = context.matchBefore(/[\w.]*$/)
  if (!context.explicit && (!before || before.from === before.to) && !/["']$/.test(context.state.sliceDoc(0, context.pos)))
    return null
  const answer = await call(AudienceService.method.checkExpression, { expression: context.state.doc.toString(), cursor: context.pos })
  return {
    from: answer.replaceFrom,
    options: answer.completions.map(({ text, kind, detail }) => ({
      label: text,
      detail: kind === CompletionKind.TAG ? `${tagName(text.slice('tags.'.length))} · ${detail}` : detail,
      type: kind === CompletionKind.TAG ? 'variable' : kind === CompletionKind.WORD ? 'keyword' : 'constant',
    })),
    filter: false,
  }
}

async function check(view: EditorView): Promise<Diagnostic[]> {
  const text = view.state.doc.toString()
  if (!text.trim()) return []
  const { fault } = await call(AudienceService.method.checkExpression, { expression: text })
  if (!fault) return []
  const from = Math.min(offsetOf(text, fault.line, fault.column), text.length)
  const word = /^[\w.]+/.exec(text.slice(from))?.[0].length ?? 1
  return [{ from, to: Math.min(text.length, from + word), severity: 'error', message: fault.message }]
}
