import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { EditorState, type Extension } from '@codemirror/state'
import { EditorView, keymap } from '@codemirror/view'
import { useEffect, useRef, type RefObject } from 'react'

interface Editing {
  value: string
  onChange: (value: string) => void
  label: string
  readOnly: boolean
  /** What this editor has beyond a plain one; asked for once, when it is made. */
  extensions: () => Extension[]
}

const nonce = document.querySelector<HTMLMetaElement>('meta[name="nonce"]')?.content ?? ''

/** An editor in a place of the page: it shows the value, and reports what a person types. */
export function useEditor({ value, onChange, label, readOnly, extensions }: Editing): {
  host: RefObject<HTMLDivElement | null>
  view: RefObject<EditorView | null>
} {
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
          history(),
          extensions(),
          keymap.of([...defaultKeymap, ...historyKeymap]),
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
  return { host, view }
}
