import { Button, PasswordInput, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, useContext, useState, type ReactNode } from "react";

import { answered, Failed } from "../api/http";
import { getMe, signIn, type Me } from "../client";
import { Loading, Trouble, wordsOf } from "../parts/States";
import { text } from "../text/en";
import classes from "./session.module.css";

const WhoAmI = createContext<Me | null>(null);

/** Who is signed in. Only within `Session`. */
export function useMe(): Me {
  const me = useContext(WhoAmI);
  if (me === null) throw new Error("nobody is signed in here");
  return me;
}

/** Shows its children to whoever is signed in, and to others the way in. */
export function Session({ children }: { children: ReactNode }) {
  const [isStale, setStale] = useState(false);
  const me = useQuery({
    queryKey: ["me"],
    queryFn: async () => {
      setStale(!(await redeemLink()));
      return answered(getMe());
    },
    retry: (count, error) => !(error instanceof Failed) && count < 3,
    staleTime: Infinity,
  });
  if (me.isPending) return <Loading />;
  if (me.data) return <WhoAmI.Provider value={me.data}>{children}</WhoAmI.Provider>;
  if (me.error instanceof Failed && me.error.problem.status === 401) return <SignIn isStale={isStale} />;
  return <Trouble error={me.error} retry={() => void me.refetch()} />;
}

/** A one-time link carries its code behind the `#`, where no server and no referrer sees it.
 *
 * False when there is a code that does not sign in any more.
 */
async function redeemLink(): Promise<boolean> {
  const code = new URLSearchParams(location.hash.slice(1)).get("code");
  if (code === null) return true;
  history.replaceState(null, "", location.pathname + location.search);
  return (await signIn({ body: { code } })).response?.ok ?? false;
}

function SignIn({ isStale }: { isStale: boolean }) {
  const [token, setToken] = useState("");
  const queries = useQueryClient();
  const attempt = useMutation({
    mutationFn: () => answered(signIn({ body: { token: token.trim() } })),
    onSuccess: () => queries.resetQueries(),
  });
  const wrong = attempt.error instanceof Failed && attempt.error.problem.status === 401;
  return (
    <main className={classes.door}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          attempt.mutate();
        }}
      >
        <Stack gap="md">
          <Title order={1}>{text.signIn.title}</Title>
          {isStale && (
            <Text role="alert" c="danger">
              {text.signIn.link}
            </Text>
          )}
          <PasswordInput
            label={text.signIn.token}
            description={text.signIn.hint}
            value={token}
            onChange={(event) => setToken(event.currentTarget.value)}
            error={attempt.error ? (wrong ? text.signIn.wrong : wordsOf(attempt.error)) : undefined}
            autoComplete="current-password"
            spellCheck={false}
            required
            data-autofocus
          />
          <Button type="submit" loading={attempt.isPending}>
            {text.signIn.go}
          </Button>
        </Stack>
      </form>
    </main>
  );
}
