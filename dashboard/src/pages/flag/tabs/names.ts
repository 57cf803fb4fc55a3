/** The tabs of a flag's page besides its targeting, as the address names them. */
export const FLAG_TABS = ["activity", "audience", "exposures", "code", "settings", "json"] as const;

export type FlagTab = (typeof FLAG_TABS)[number];
