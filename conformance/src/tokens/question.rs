use crate::situation::Text;

/// A place in an answer where AWS does not say what happens. The result rests on the question's assumption.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenQuestion {
    /// What is not known, and what was assumed.
    pub question: &'static Question,
    /// The JSON pointer of the place in the answer; empty for the answer as a whole.
    pub pointer: Text,
}

/// What nobody has documented, and what the token model assumes.
///
/// An answer settled by a look at real Cognito goes into the code, and its question out of this list.
///
/// ```
/// use pretoken::tokens::Question;
/// let question = Question::ALL.iter().find(|question| question.id == "U-02").unwrap();
/// assert!(question.asks.contains("`aud`"));
/// ```
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Question {
    /// Its id among the project's facts, such as `U-07`.
    pub id: &'static str,
    /// The question, as a clause.
    pub asks: &'static str,
    /// What is assumed instead of an answer, as a clause.
    pub assumption: &'static str,
}

macro_rules! questions {
    ($($name:ident $id:literal asks $asks:literal assumes $assumption:literal;)+) => {
        $(pub(super) static $name: Question = Question { id: $id, asks: $asks, assumption: $assumption };)+

        impl Question {
            /// Every question that an answer can raise, by id.
            pub const ALL: &'static [&'static Self] = &[$(&$name),+];
        }
    };
}

questions! {
    C_10 "C-10" asks "whether a claim can have an empty name"
        assumes "it can, and stands in the token as any other";
    S_17 "S-17" asks "what an empty preferred role does"
        assumes "nobody checks roles, so the claim is the empty text";
    S_25 "S-25" asks "whether the claim `scope` is absent or empty when every scope is suppressed"
        assumes "it is absent";
    U_01 "U-01" asks "whether naming a claim that cannot be changed is ignored or fails the sign-in"
        assumes "it is ignored, and the rest of the answer applies";
    U_02 "U-02" asks "whether an `aud` other than the client id is ignored or fails the sign-in"
        assumes "it is ignored, and the rest of the answer applies";
    U_03 "U-03" asks "which `aud` wins when the session is bound to a resource"
        assumes "the trigger's, which is the client id";
    U_04 "U-04" asks "what a group claim in `claimsToAddOrOverride` does"
        assumes "it is ignored";
    U_05 "U-05" asks "what any other `cognito:` claim in an answer does"
        assumes "it is ignored";
    U_07 "U-07" asks "whether a missing or null member of `groupOverrideDetails` keeps what the user had"
        assumes "the object replaces everything, and the member counts as empty";
    U_08 "U-08" asks "whether an empty list of groups or roles leaves an empty claim or none"
        assumes "there is no claim, as for users without groups";
    U_09 "U-09" asks "which list wins for a scope that is both added and suppressed"
        assumes "it is suppressed, as claims are";
    U_10 "U-10" asks "what an empty, odd or repeated scope in `scopesToAdd` does"
        assumes "empty ones and those with a blank are left out, any other is added once";
    U_11 "U-11" asks "what a claim value of event version 1 that is no string and no list does"
        assumes "the sign-in fails, as it is seen to do for lists";
    U_12 "U-12" asks "what a claim value of `null`, a list with objects, lists or nulls in it, or an object with any of these inside, does"
        assumes "`null` sets nothing, and such a list or object is set as it is";
    U_13 "U-13" asks "what an object or a list does for a claim that AWS keeps simple in the ID token"
        assumes "it is ignored, and the claim keeps its value";
    U_14 "U-14" asks "whether a text for `email_verified` or `phone_number_verified` becomes a boolean"
        assumes "`true` and `false` do, as the attributes do; any other text stays";
    U_15 "U-15" asks "what the details of another event version do"
        assumes "they are ignored: only those of the configured version are read";
    U_16 "U-16" asks "whether a key that is not documented does anything"
        assumes "it is ignored";
    U_17 "U-17" asks "whether `null` for a field that the event did not have is tolerated"
        assumes "it is";
    U_18 "U-18" asks "whether a changed field of the event is noticed"
        assumes "it is ignored: only `response` is read";
    U_19 "U-19" asks "whether an answer without some field of the event, or with another type for it, can be read"
        assumes "it cannot, as seen on other triggers, and the sign-in fails";
    U_20 "U-20" asks "what an emptied `response` or empty details do"
        assumes "the same as the event returned unchanged";
    U_21 "U-21" asks "what suppressing `cognito:roles` or `cognito:preferred_role` without `cognito:groups` does"
        assumes "nothing";
    U_22 "U-22" asks "whether suppressing `cognito:groups` under event version 1 reaches the access token"
        assumes "it reaches the ID token only";
    U_23 "U-23" asks "what `scope` as the name of a claim does"
        assumes "it is ignored in the access token, and a claim as any other in the ID token";
    U_24 "U-24" asks "what happens beyond 5,000 claims and scopes"
        assumes "the sign-in fails";
    U_28 "U-28" asks "whether a machine can be given a scope of OpenID Connect or Cognito's reserved one"
        assumes "it can";
    U_29 "U-29" asks "what changes to an ID token or to groups do for a machine"
        assumes "they are ignored, and the rest of the answer applies";
    U_31 "U-31" asks "what setting `identities` or a `dev:` claim does"
        assumes "it is ignored";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_stand_in_the_order_of_their_ids_and_each_once() {
        assert!(Question::ALL.is_sorted_by(|a, b| a.id < b.id));
    }
}
