///<reference types="svelte" />
;
import { codeLength, fillCode, readInvitation, type Invitation } from '../../protocol/invitation.ts';
import { t } from '../../text/index.ts';
;

  interface Props {
    code: string;
    isWrong: boolean;
    onchange: (code: string) => void;
    /** A whole invitation was pasted into a box. */
    oninvitation: (invitation: Invitation) => void;
  };function $$render() {

  
  


  const { code, isWrong, onchange, oninvitation }: Props = $props();
  const boxes: HTMLInputElement[] = $state([]);
  const digits = $derived(Array.from({ length: codeLength }, (_, i) => (code[i] ?? '').trim()));

  function type(position: number, input: HTMLInputElement): void {
    const filled = fillCode(code, position, input.value);
    // The box shows its one digit again even when nothing changed.
    input.value = filled.code[position]?.trim() ?? '';
    onchange(filled.code);
    boxes[filled.position]?.focus();
  }

  function press(position: number, event: KeyboardEvent): void {
    const move = (to: number) => {
      event.preventDefault();
      boxes[Math.max(0, Math.min(codeLength - 1, to))]?.focus();
    };
    switch (event.key) {
      case 'Backspace': {
        event.preventDefault();
        const at = digits[position] === '' ? position - 1 : position;
        if (at < 0) return;
        onchange((code.slice(0, at).padEnd(at, ' ') + ' ' + code.slice(at + 1)).trimEnd());
        boxes[at]?.focus();
        break;
      }
      case 'ArrowLeft':
        return move(position - 1);
      case 'ArrowRight':
        return move(position + 1);
      case 'Home':
        return move(0);
      case 'End':
        return move(codeLength - 1);
      default:
        break;
    }
  }

  function paste(position: number, event: ClipboardEvent): void {
    event.preventDefault();
    const text = event.clipboardData?.getData('text') ?? '';
    const invitation = readInvitation(text);
    if (invitation !== undefined) {
      oninvitation(invitation);
      boxes[codeLength - 1]?.focus();
      return;
    }

    const filled = fillCode(code, position, text);
    onchange(filled.code);
    boxes[filled.position]?.focus();
  }
;
async () => {

 { svelteHTML.createElement("div", {     "class":`boxes`,"role":`group`,"aria-label":t.lobby.code,});
      for(let digit of __sveltets_2_ensureArray(digits)){let i = 1;i;
     { const $$_input1 = svelteHTML.createElement("input", {                      "class":`field numbers`,"inputmode":`numeric`,"autocomplete":`off`,"aria-label":t.lobby.codeDigit(i + 1),"aria-invalid":isWrong,"value":digit,"onfocus":(e) => e.currentTarget.select(),"oninput":(e) => type(i, e.currentTarget),"onkeydown":(e) => press(i, e),"onpaste":(e) => paste(i, e),});boxes[i] = $$_input1;}
  }
 }


};
return { props: {} as any as Props, exports: {}, bindings: __sveltets_$$bindings(''), slots: {}, events: {} }}
const CodeField__SvelteComponent_ = __sveltets_2_fn_component($$render());
/*Ωignore_startΩ*/type CodeField__SvelteComponent_ = ReturnType<typeof CodeField__SvelteComponent_>;
/*Ωignore_endΩ*/export default CodeField__SvelteComponent_;