import { Button, Modal, PasswordInput, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, useContext, useEffect, useState, type ReactNode } from "react";

import { answered, Failed } from "../api/http";
import { getMe, signIn, type Me } from "../client";
import { Loading, Trouble, wordsOf } from "../parts/States";
import { text } from "../text/en";
import { again } from "./queries";
import classes from "./session.module.css";

interface SessionNow {
  me: Me;
  /** Whether the session has ended while the page was open: somebody has to sign in again. */
  ended: boolean;
}

const SessionContext = createContext<SessionNow | null>(null);

/** The session of whoever is signed in. Only within `Session`. */
export function useSession(): SessionNow {
  const session = useContext(SessionContext);
  if (session === null) throw new Error("nobody is signed in here");
  return session;
}

/** Who is signed in. Only within `Session`. */
export function useMe(): Me {
  return useSession().me;
}

/** Shows its children to whoever is signed in, and to others the way in.
 *
 * When a session ends while a page is open, the page stays, and whatever is being written in it.
 */
export function Session({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const [isStale, setStale] = useState(false);
  const me = useQuery({
    queryKey: ["me"],
    queryFn: async () => {
      setStale(!(await redeemLink()));
      return answered(getMe());
    },
    retry: again,
    staleTime: Infinity,
  });
  const { ended, renew } = useEnded();
  if (me.isPending) return <Loading />;
  if (me.data) {
    return (
      <SessionContext.Provider value={{ me: me.data, ended }}>
        {children}
        <Modal
          opened={ended}
          onClose={() => undefined}
          title={text.shell.again.title}
          withCloseButton={false}
          closeOnEscape={false}
        >
          <Text mb="md">{text.shell.again.what}</Text>
          <SignInForm
            done={() => {
              renew();
              return queries.invalidateQueries();
            }}
          />
        </Modal>
      </SessionContext.Provider>
    );
  }
  if (isUnknown(me.error)) {
    return (
      <main className={classes.door}>
        <Title order={1} mb="md">
          {text.signIn.title}
        </Title>
        <SignInForm isStale={isStale} done={() => queries.resetQueries()} />
      </main>
    );
  }
  return <Trouble error={me.error} retry={() => void me.refetch()} />;
}

function isUnknown(error: unknown): boolean {
  return error instanceof Failed && error.problem.status === 401;
}

/** Whether the server has answered anything with "who are you?" since somebody signed in. */
function useEnded(): { ended: boolean; renew: () => void } {
  const queries = useQueryClient();
  const [ended, setEnded] = useState(false);
  useEffect(() => {
    const told = (error: unknown) => {
      if (isUnknown(error) && queries.getQueryData(["me"]) !== undefined) setEnded(true);
    };
    const asking = queries.getQueryCache().subscribe((event) => {
      if (event.type === "updated" && event.action.type === "error") told(event.action.error);
    });
    const doing = queries.getMutationCache().subscribe((event) => {
      if (event.type === "updated" && event.action.type === "error") told(event.action.error);
    });
    return () => {
      asking();
      doing();
    };
  }, [queries]);
  return { ended, renew: () => setEnded(false) };
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

function SignInForm({ isStale, done }: { isStale?: boolean; done: () => Promise<unknown> }) {
  const [token, setToken] = useState("");
  const attempt = useMutation({
    mutationFn: () => answered(signIn({ body: { token: token.trim() } })),
    onSuccess: done,
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        attempt.mutate();
      }}
    >
      <Stack gap="md">
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
          error={attempt.error && (isUnknown(attempt.error) ? text.signIn.wrong : wordsOf(attempt.error))}
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
  );
}
