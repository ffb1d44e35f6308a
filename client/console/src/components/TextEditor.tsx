import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands'
import { lintGutter, setDiagnostics } from '@codemirror/lint'
import { EditorState } from '@codemirror/state'
import { EditorView, keymap, lineNumbers } from '@codemirror/view'
import { useEffect, useRef } from 'react'
import { offsetOf } from './offset'

/** A fault of a text: where, from 1, and what would be right. */
export interface TextFault {
  line: number
  column: number
  description: string
}

interface Props {
  value: string
  onChange: (value: string) => void
  label: string
  faults: readonly TextFault[]
  readOnly?: boolean
}

const nonce = document.querySelector<HTMLMetaElement>('meta[name="nonce"]')?.content ?? ''

/** An editor of texts of several lines; faults are marked where the host found them. Escape and Tab leave it. */
export default function TextEditor({ value, onChange, label, faults, readOnly = false }: Props) {
  const host = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView>(null)
  const latest = useRef(onChange)
  latest.current = onChange
  useEffect(() => {
    const made = new EditorView({
      parent: host.current!,
      state: EditorState.create({
        doc: value,
        extensions: [
          EditorView.cspNonce.of(nonce),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ 'aria-label': label }),
          EditorState.readOnly.of(readOnly),
          lineNumbers(),
          history(),
          lintGutter(),
          keymap.of([...defaultKeymap, ...historyKeymap, indentWithTab]),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current(update.state.doc.toString())
          }),
        ],
      }),
    })
    view.current = made
    return () => made.destroy()
  }, [label, readOnly])
  useEffect(() => {
    const made = view.current
    if (made && made.state.doc.toString() !== value) made.dispatch({ changes: { from: 0, to: made.state.doc.length, insert: value } })
  }, [value])
  useEffect(() => {
    const made = view.current
    if (!made) return
    const text = made.state.doc.toString()
    made.dispatch(
      setDiagnostics(
        made.state,
        faults
          .filter(({ line }) => line > 0)
          .map(({ line, column, description }) => {
            const from = Math.min(offsetOf(text, line, column), text.length)
            const length = Math.max(1, text.slice(from).search(/[\n\r]|$/))
            return { from, to: Math.min(text.length, from + length), severity: 'error' as const, message: description }
          }),
      ),
    )
  }, [faults])
  return <div className="editor is-tall" ref={host} />
}
