package import SIPTransaction

/// What there is to be told of an engine at one moment.
package struct EngineMeasures: Sendable {
    package var routing: RoutingCounters
    package var transactions: TransactionCounters
    /// Transactions that are open.
    package var serverTransactions: Int
    package var clientTransactions: Int
    /// Places that they and their long messages take of those that there are for transactions.
    package var placesTaken: Int
    /// Requests in progress.
    package var contexts: Int

    package init(
        routing: RoutingCounters = .init(), transactions: TransactionCounters = .init(), serverTransactions: Int = 0,
        clientTransactions: Int = 0, placesTaken: Int = 0, contexts: Int = 0
    ) {
        self.routing = routing
        self.transactions = transactions
        self.serverTransactions = serverTransactions
        self.clientTransactions = clientTransactions
        self.placesTaken = placesTaken
        self.contexts = contexts
    }

    package mutating func add(_ other: EngineMeasures) {
        routing.add(other.routing)
        transactions.add(other.transactions)
        serverTransactions += other.serverTransactions
        clientTransactions += other.clientTransactions
        placesTaken += other.placesTaken
        contexts += other.contexts
    }
}

extension CallRouter {
    package var measures: EngineMeasures {
        EngineMeasures(
            routing: counters, transactions: transactions.counters, serverTransactions: transactions.serverCount,
            clientTransactions: transactions.clientCount, placesTaken: transactions.placesTaken,
            contexts: contexts.count)
    }
}
