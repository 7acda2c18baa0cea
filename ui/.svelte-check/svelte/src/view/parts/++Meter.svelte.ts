///<reference types="svelte" />
;;
  interface Props {
    /** 0 to 1. */
    level: number;
    label: string;
    isOn: boolean;
  };function $$render() {



  const { level, label, isOn }: Props = $props();
  const bars = 10;
  // Speech lies in the upper half of the scale; the meter shows that half.
  const lit = $derived(isOn ? Math.round(Math.max(0, Math.min(1, (level - 0.2) / 0.65)) * bars) : 0);
;
async () => {

 { svelteHTML.createElement("span", {           "class":`meter`,"role":`meter`,"aria-label":label,"aria-valuemin":0,"aria-valuemax":bars,"aria-valuenow":lit,});
    for(let $$each_item of __sveltets_2_ensureArray({ length: bars })){$$each_item;let i = 1;
     { svelteHTML.createElement("span", { });i < lit; }
  }
 }


};
return { props: {} as any as Props, exports: {}, bindings: __sveltets_$$bindings(''), slots: {}, events: {} }}
const Meter__SvelteComponent_ = __sveltets_2_fn_component($$render());
/*Ωignore_startΩ*/type Meter__SvelteComponent_ = ReturnType<typeof Meter__SvelteComponent_>;
/*Ωignore_endΩ*/export default Meter__SvelteComponent_;