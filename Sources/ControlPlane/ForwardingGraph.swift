/// Which numbers forward to which, all of them at once, to find every circle in one pass.
///
/// Only rules that lead to a number which forwards as well are kept: 16 octets for each of these, and 24 for each such
/// number while the search runs.
struct ForwardingGraph {
    private var edges: [(from: Int64, to: Int64)] = []

    /// - Parameters: what stands for a number, and what for the one that it forwards to.
    mutating func add(from number: Int64, to destination: Int64) { edges.append((number, destination)) }

    /// One circle for each group of numbers that lead to each other: the shortest one through the lowest of them, which
    /// stands at both ends.
    func circles() -> [[Int64]] {
        let arrows = Arrows(edges)
        return arrows.groups().map { group in
            arrows.circle(in: Set(group), from: group.min() ?? 0).map { arrows.nodes[$0] }
        }
    }

    /// The edges between numbers that forward themselves, by places in the sorted list of these.
    private struct Arrows {
        let nodes: [Int64]
        /// Where in `targets` those of a node begin; one more at the end.
        private var starts: [Int32]
        private var targets: [Int32]

        init(_ edges: [(from: Int64, to: Int64)]) {
            var nodes = edges.map(\.from).sorted()
            nodes.removeRepetitions()
            self.nodes = nodes
            starts = Array(repeating: 0, count: nodes.count + 1)
            targets = []
            for edge in edges.sorted(by: { ($0.from, $0.to) < ($1.from, $1.to) }) {
                guard let from = nodes.place(of: edge.from), let to = nodes.place(of: edge.to) else { continue }
                starts[from + 1] += 1
                targets.append(Int32(to))
            }
            for index in nodes.indices { starts[index + 1] += starts[index] }
        }

        private func targets(of node: Int) -> ArraySlice<Int32> { targets[Int(starts[node])..<Int(starts[node + 1])] }

        /// The strongly connected components of more than one node, or of one that leads to itself (Tarjan, without
        /// recursion: a chain of forwardings may be as long as there are numbers).
        func groups() -> [[Int]] {
            var (order, low) = ([Int32](repeating: 0, count: nodes.count), [Int32](repeating: 0, count: nodes.count))
            var isOpen = [Bool](repeating: false, count: nodes.count)
            var (counter, open, groups): (Int32, [Int], [[Int]]) = (0, [], [])
            for root in nodes.indices where order[root] == 0 {
                var path: [(node: Int, next: Int)] = []
                func enter(_ node: Int) {
                    counter += 1
                    (order[node], low[node]) = (counter, counter)
                    isOpen[node] = true
                    open.append(node)
                    path.append((node, Int(starts[node])))
                }
                enter(root)
                while let (node, next) = path.last {
                    if next < Int(starts[node + 1]) {
                        path[path.count - 1].next += 1
                        let target = Int(targets[next])
                        if order[target] == 0 {
                            enter(target)
                        } else if isOpen[target] {
                            low[node] = min(low[node], order[target])
                        }
                        continue
                    }
                    path.removeLast()
                    if let before = path.last?.node { low[before] = min(low[before], low[node]) }
                    guard low[node] == order[node], let first = open.lastIndex(of: node) else { continue }
                    let group = Array(open[first...])
                    open.removeSubrange(first...)
                    for member in group { isOpen[member] = false }
                    if group.count > 1 || targets(of: node).contains(Int32(node)) { groups.append(group) }
                }
            }
            return groups.sorted { ($0.min() ?? 0) < ($1.min() ?? 0) }
        }

        func circle(in group: Set<Int>, from start: Int) -> [Int] {
            var cameFrom: [Int: Int] = [:]
            var queue = [start]
            var next = 0
            while next < queue.count {
                let node = queue[next]
                next += 1
                for target in targets(of: node).map(Int.init) where group.contains(target) {
                    if target == start { return way(to: node, from: start, cameFrom) + [start] }
                    guard cameFrom[target] == nil else { continue }
                    cameFrom[target] = node
                    queue.append(target)
                }
            }
            return [start]
        }

        private func way(to end: Int, from start: Int, _ cameFrom: [Int: Int]) -> [Int] {
            var path = [end]
            while let last = path.last, last != start, let before = cameFrom[last] { path.append(before) }
            return path.reversed()
        }
    }
}

extension [Int64] {
    /// Of a sorted array.
    fileprivate mutating func removeRepetitions() {
        var last: Int64?
        removeAll { element in
            defer { last = element }
            return element == last
        }
    }

    /// Of a sorted array.
    fileprivate func place(of element: Int64) -> Int? {
        var range = startIndex..<endIndex
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            if self[middle] == element { return middle }
            range = self[middle] < element ? middle + 1..<range.upperBound : range.lowerBound..<middle
        }
        return nil
    }
}
